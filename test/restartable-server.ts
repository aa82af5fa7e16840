import type { Target } from '@parley/conformance'
import type { Settings } from '@parley/server'
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'

export const command = join(import.meta.dirname, '..', 'packages', 'terminal', 'bin', 'parley.js')

/** Runs the command to its end, which must be a good one. */
async function run(args: readonly string[], input: string): Promise<void> {
  const child = spawn(process.execPath, [command, ...args], { stdio: ['pipe', 'ignore', 'pipe'] })
  child.stdin.end(input)
  const complaints = text(child.stderr)
  const [code] = (await once(child, 'exit')) as [number | null]
  assert.equal(code, 0, await complaints)
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
  const { messageRate, ...limits } = options.settings.limits
  const rate = messageRate ? `${messageRate.burst}/${messageRate.perSecond}` : 'off'
  const { tls: _, ...settings } = options.settings
  writeFileSync(
    config,
    JSON.stringify({ ...settings, data, listen: options.listen, limits: { ...limits, messageRate: rate } }),
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
    for await (const line of createInterface({ input: started.stdout })) {
      const { event, protocol, port } = JSON.parse(line) as Announced
      if (event === 'ready') return started
      ports.set(protocol, port)
    }
    throw new Error('the server ended before it was ready')
  }

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
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
