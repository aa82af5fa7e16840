import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { startProgram } from './processes.ts'

const command = join(import.meta.dirname, '..', 'packages', 'terminal', 'bin', 'parley.js')
const protocols = ['ident', 'helo', 'json', 'cp', 'chatos', 'parley']

export interface SoakServer {
  readonly pid: number
  port(protocol: string): number
  /** Registers a name, with the password `secret`. */
  addUser(name: string): Promise<void>
  stop(): Promise<void>
}

/** A server as `parley serve` starts it, with a listener for each protocol and a directory of its own. */
export async function soakServer(): Promise<SoakServer> {
  const data = mkdtempSync(join(tmpdir(), 'parley-soak-'))
  const config = join(data, 'parley.json')
  const listen = protocols.map((protocol) => `${protocol}://127.0.0.1:0`)
  writeFileSync(config, JSON.stringify({ listen, data, log: { file: join(data, 'log') } }))
  const server = startProgram(null, process.execPath, command, 'serve', '--config', config, '--log', 'json')
  const ports = new Map<string, number>()
  for await (const line of createInterface({ input: server.stdout! })) {
    const { event, protocol, port } = JSON.parse(line) as { event: string; protocol?: string; port?: number }
    if (protocol !== undefined && port !== undefined) ports.set(protocol, port)
    if (event === 'ready') break
  }
  return {
    pid: server.pid!,
    port: (protocol) => ports.get(protocol)!,
    async addUser(name) {
      const words = ['user', 'add', name, '--password-stdin', '--data', data]
      const added = spawn(process.execPath, [command, ...words], { stdio: ['pipe', 'ignore', 'inherit'] })
      added.stdin.end('secret\n')
      await once(added, 'close')
    },
    async stop() {
      server.kill()
      await once(server, 'close')
      rmSync(data, { recursive: true, force: true })
    },
  }
}
