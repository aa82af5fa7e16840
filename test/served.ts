import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import type { TestContext } from 'node:test'
import { command, exitOf } from './restartable-server.ts'
import { within } from './within.ts'

export interface Served {
  readonly child: ChildProcess
  /** By protocol. */
  readonly ports: ReadonlyMap<string, number>
  /** All that it said on standard error, once it has ended. */
  readonly complaints: Promise<string>
  /** Resolves once the log has a line like this. */
  logs(line: RegExp): Promise<void>
  /** Resolves with the exit code; null: it was killed. */
  end(signal?: 'SIGTERM' | 'SIGKILL'): Promise<number | null>
}

export interface ServeOptions {
  readonly listen?: readonly string[]
  readonly args?: readonly string[]
  /** What a shell does before it becomes the server, such as `ulimit`. */
  readonly shell?: string
  /** Nobody reads standard error. */
  readonly unread?: boolean
}

/** `parley serve` in a process of its own, once it is ready. It ends with the test. */
export async function served(t: TestContext, data: string, options: ServeOptions = {}): Promise<Served> {
  const child = spawnServe(data, options)
  t.after(() => child.kill('SIGKILL'))
  let heard = ''
  const waiting = new Set<() => void>()
  if (!options.unread) {
    child.stderr.on('data', (chunk: Buffer) => {
      heard += chunk.toString()
      for (const wake of waiting) wake()
    })
  }
  const ended = once(child, 'close').then(() => heard)
  const ports = new Map<string, number>()
  const ready = async () => {
    for await (const line of createInterface({ input: child.stdout })) {
      const { event, protocol, port } = JSON.parse(line) as { event: string; protocol: string; port: number }
      if (event === 'ready') return
      ports.set(protocol, port)
    }
    throw new Error(`the server ended before it was ready: ${await ended}`)
  }
  await within(ready(), 'a server that is ready')
  child.stdout.resume()
  return {
    child,
    ports,
    complaints: ended,
    logs: async (line) => {
      const isThere = async () => {
        while (!heard.split('\n').some((each) => line.test(each))) {
          await new Promise<void>((resolve) => waiting.add(resolve))
        }
      }
      await within(isThere(), `${String(line)} in the log: ${heard}`)
    },
    end: async (signal = 'SIGTERM') => {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      const exited = exitOf(child, 'the server')
      child.kill(signal)
      return (await exited)[0]
    },
  }
}

/** A server that does not get ready: its exit code and what it complains of. */
export async function refusedToServe(data: string, options: ServeOptions = {}): Promise<[number | null, string]> {
  const child = spawnServe(data, options)
  child.stdout.resume()
  const complaints = text(child.stderr)
  const [code] = await exitOf(child, 'a server that cannot start')
  return [code, await complaints]
}

/** Runs the command with this standard input: its exit code, what it printed and what it complained of. */
export async function parley(args: readonly string[], input = ''): Promise<[number | null, string, string]> {
  const child = spawn(process.execPath, [command, ...args])
  child.stdin.end(input)
  const [said, complaints] = [text(child.stdout), text(child.stderr)]
  const [code] = await exitOf(child, `parley ${args.slice(0, 2).join(' ')}`)
  return [code, await said, await complaints]
}

export async function addAccount(data: string, name: string, password: string): Promise<void> {
  const [code, , complaints] = await parley(['user', 'add', name, '--data', data, '--password-stdin'], `${password}\n`)
  assert.equal(code, 0, complaints)
}

export function scratch(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'parley-served-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

function spawnServe(data: string, { listen = ['ident://127.0.0.1:0'], args = [], shell = 'true' }: ServeOptions) {
  const listeners = listen.flatMap((url) => ['--listen', url])
  const all = [process.execPath, '--max-semi-space-size=2', command, 'serve', '--data', data, ...listeners, ...args]
  return spawn('/bin/sh', ['-c', `${shell}; exec "$@"`, 'sh', ...all], { stdio: ['ignore', 'pipe', 'pipe'] })
}
