import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { text } from 'node:stream/consumers'

/** A directory for one test, gone at its end. */
export function scratchDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'parley-store-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** Another process, running a module that is given as text; `lines` is what it prints. */
export interface OtherProcess {
  readonly child: ChildProcess
  readonly lines: AsyncIterator<string>
  /** Its exit code; null: it was killed. */
  readonly ended: Promise<number | null>
  /** `kill -9`; resolves when it is dead. */
  kill(): Promise<void>
}

export interface ProcessOptions {
  /** What a shell does before it becomes that process, such as `ulimit`. */
  readonly shell?: string
}

/**
 * `$name` in the code stands for the URL of the module `name.ts` of the store. Arguments start at
 * argv[1].
 */
export function startProcess(
  t: TestContext,
  code: string,
  args: readonly string[],
  { shell = 'true' }: ProcessOptions = {},
): OtherProcess {
  const module = code.replaceAll(
    /\$([a-z0-9-]+)/g,
    (_, name: string) => new URL(`../src/store/${name}.ts`, import.meta.url).href,
  )
  const command = [process.execPath, '--expose-gc', '--input-type=module', '-e', module, ...args]
  const child = spawn('/bin/sh', ['-c', `${shell}; exec "$@"`, 'sh', ...command], { stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = once(child, 'exit')
  const ended = exited.then(([code]) => code as number | null)
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await exited
  }
  t.after(kill)
  const complaints = text(child.stderr)
  const lines = (async function* () {
    yield* createInterface({ input: child.stdout })
    // Only a process that failed by itself ends its output before the test has killed it.
    if ((await ended) !== null) throw new Error(`The other process ended: ${await complaints}`)
  })()
  return { child, lines, ended, kill }
}
