import type { Target } from '@parley/conformance'
import type { Settings } from '@parley/server'
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { within } from './within.ts'

export const command = join(import.meta.dirname, '..', 'packages', 'terminal', 'bin', 'parley.js')

/** Runs the command to its end, which must be a good one. */
async function run(args: readonly string[], input: string): Promise<void> {
  const child = spawn(process.execPath, [command, ...args], { stdio: ['pipe', 'ignore', 'pipe'] })
  child.stdin.end(input)
  const complaints = text(child.stderr)
  const [code] = await exitOf(child, `parley ${args.slice(0, 2).join(' ')}`)
  assert.equal(code, 0, await complaints)
}

/** Resolves when the process ends, with its exit code. A process that does not is killed, and this rejects. */
export async function exitOf(child: ChildProcess, what: string): Promise<[code: number | null]> {
  try {
    return await within(once(child, 'exit') as Promise<[number | null]>, `the end of ${what}`)
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}

export interface RestartableServer {
  readonly data: string
  readonly target: Target
  readonly process: ChildProcess
  port(protocol: string): number
  addAccount(name: string, password: string): Promise<void>
  restart(how: 'kill' | 'stop'): Promise<void>
  stop(): Promise<void>
}

interface Announced {
  readonly event: string
  readonly protocol: string
  readonly port: number
}

/** A server in a process of its own, as an operator starts it, over a data directory that outlives it. */
export async function restartableServer(options: {
  readonly listen: readonly string[]
  readonly settings: Settings
  /** For Node itself. */
  readonly nodeOptions?: readonly string[]
}): Promise<RestartableServer> {
  const data = mkdtempSync(join(tmpdir(), 'parley-test-'))
  const config = join(data, 'config.json')
  const limits = Object.entries(options.settings.limits).map(([name, limit]) => [name, asWritten(name, limit)])
  const { tls: _, ...settings } = options.settings
  writeFileSync(
    config,
    JSON.stringify({ ...settings, data, listen: options.listen, limits: Object.fromEntries(limits) }),
  )
  const ports = new Map<string, number>()
  const remove = () => rmSync(data, { recursive: true, force: true })
  let child = await start().catch((error: unknown) => {
    remove()
    throw error
  })

  async function start(): Promise<ChildProcess> {
    const started = spawn(process.execPath, [...(options.nodeOptions ?? []), command, 'serve', '--config', config], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    try {
      await within(readyFrom(started.stdout), 'a server that is ready')
      return started
    } catch (error) {
      started.kill('SIGKILL')
      throw error
    }
  }

  async function readyFrom(output: Readable): Promise<void> {
    for await (const line of createInterface({ input: output })) {
      const { event, protocol, port } = JSON.parse(line) as Announced
      if (event === 'ready') return
      ports.set(protocol, port)
    }
    throw new Error('the server ended before it was ready')
  }

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = exitOf(child, 'the server')
    child.kill(signal)
    await exited
  }

  async function restart(how: 'kill' | 'stop'): Promise<void> {
    await end(how === 'kill' ? 'SIGKILL' : 'SIGTERM')
    child = await start()
  }

  const port = (protocol: string) => ports.get(protocol) ?? 0
  return {
    data,
    get process() {
      return child
    },
    port,
    restart,
    target: {
      address: (protocol) => (port(protocol) ? { host: '127.0.0.1', port: port(protocol) } : undefined),
      restart,
    },
    addAccount: async (name, password) => {
      await run(['user', 'add', name, '--data', data, '--password-stdin'], `${password}\n`)
    },
    stop: async () => {
      await end('SIGTERM')
      remove()
    },
  }
}

/** A limit as it stands in a configuration file. */
function asWritten(name: string, limit: Settings['limits'][keyof Settings['limits']]): unknown {
  if (!name.endsWith('Rate')) return limit
  return typeof limit === 'object' && limit !== null && 'burst' in limit ? `${limit.burst}/${limit.perSecond}` : 'off'
}
