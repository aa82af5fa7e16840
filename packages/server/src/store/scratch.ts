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
  /** `kill -9`; answers when it is dead. */
  kill(): Promise<void>
}

/** `$name` in the code stands for the URL of the module `./name.ts` beside this one. Arguments start at argv[1]. */
export function startProcess(t: TestContext, code: string, ...args: string[]): OtherProcess {
  const module = code.replaceAll(/\$([a-z0-9-]+)/g, (_, name: string) => new URL(`./${name}.ts`, import.meta.url).href)
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', module, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit')
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  t.after(kill)
  const complaints = text(child.stderr)
  const lines = (async function* () {
    yield* createInterface({ input: child.stdout })
    // Only a process that failed by itself ends its output before the test has killed it.
    if ((await ended)[0] !== null) throw new Error(`The other process ended: ${await complaints}`)
  })()
  return { child, lines, kill }
}
