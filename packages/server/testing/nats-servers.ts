import assert from 'node:assert/strict'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const binary = 'nats-server'

/** Why no server of NATS can be started here; false: one can. */
export const withoutNats: string | false =
  spawnSync(binary, ['--version']).status === 0 ? false : 'nats-server is not installed (apt-get install nats-server)'

/** One server of NATS in a process of its own. */
interface NatsServer {
  readonly port: number
  readonly child: ChildProcess
}

/** Servers of NATS with JetStream, on free ports of this machine, over a directory that goes with them. */
export class NatsServers {
  readonly #directory = mkdtempSync(join(tmpdir(), 'parley-nats-'))
  readonly #servers: NatsServer[] = []
  readonly #ports: readonly { readonly client: number; readonly route: number }[]

  private constructor(ports: readonly { readonly client: number; readonly route: number }[]) {
    this.#ports = ports
  }

  /** Resolves when they serve. */
  static async start(count = 1): Promise<NatsServers> {
    const ports = await freePorts(count * 2)
    const pairs = Array.from({ length: count }, (_, index) => ({
      client: ports[index * 2]!,
      route: ports[index * 2 + 1]!,
    }))
    const servers = new NatsServers(pairs)
    try {
      await Promise.all(pairs.map((_, index) => servers.startOne(index)))
    } catch (error) {
      await servers.stop()
      throw error
    }
    return servers
  }

  /** `HOST:PORT`, a comma between them. */
  get hosts(): string {
    return this.#ports.map(({ client }) => `127.0.0.1:${client}`).join()
  }

  port(index: number): number {
    return this.#ports[index]!.client
  }

  process(index: number): ChildProcess {
    return this.#servers[index]!.child
  }

  /** With what it had before. */
  async startOne(index: number): Promise<void> {
    const { client, route } = this.#ports[index]!
    const others = this.#ports.filter((_, other) => other !== index).map((each) => `nats://127.0.0.1:${each.route}`)
    const together =
      others.length === 0
        ? []
        : ['--cluster_name', 'parley-test', '--cluster', `nats://127.0.0.1:${route}`, '--routes', others.join()]
    const args = ['-a', '127.0.0.1', '-p', String(client), '-js', '-n', `nats-${index}`]
    const child = spawn(binary, [...args, '-sd', join(this.#directory, String(index)), ...together], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#servers[index] = { port: client, child }
    let said = ''
    await new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString()
        if (said.includes('Server is ready')) resolve()
      })
      child.once('error', reject)
      child.once('exit', () => reject(new Error(`nats-server has ended: ${said}`)))
    })
    child.stderr.removeAllListeners('data')
    child.stderr.resume()
  }

  async kill(index: number, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { child } = this.#servers[index]!
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }

  async stop(): Promise<void> {
    await Promise.all(this.#servers.map((_, index) => this.kill(index)))
    rmSync(this.#directory, { recursive: true, force: true })
  }
}

/** Nobody listens there now. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map(async (server) => once(server, 'listening')))
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map(async (server) => new Promise((resolve) => server.close(resolve))))
  assert.equal(new Set(ports).size, count)
  return ports
}
