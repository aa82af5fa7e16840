import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { command, exitOf } from '../restartable-server.ts'
import { within } from '../within.ts'

interface Announced {
  readonly event: string
  readonly protocol: string
  readonly port: number
}

/** A node's digest at one position of the log. */
export interface SeenDigest {
  readonly position: number
  readonly digest: string
}

interface NodeOptions {
  readonly name: string
  readonly data: string
  /** URL of NATS. */
  readonly cluster: string
  readonly listen: readonly string[]
  readonly config: string
}

/** `parley serve --cluster` in a process of its own, which may be killed and started again. */
export class NodeProcess {
  readonly name: string
  readonly data: string
  readonly digests: SeenDigest[] = []
  /** What it logged as an error. */
  readonly errors: string[] = []
  readonly #options: NodeOptions
  readonly #ports = new Map<string, number>()
  #child: ChildProcess | undefined
  /** Whether it serves, as far as its operator can tell. */
  isUp = false

  constructor(options: NodeOptions) {
    this.#options = options
    this.name = options.name
    this.data = options.data
  }

  port(protocol: string): number {
    return this.#ports.get(protocol)!
  }

  /** Resolves when it serves. */
  async start(): Promise<void> {
    const { name, data, cluster, listen, config } = this.#options
    const urls = listen.flatMap((url) => ['--listen', url])
    const node = ['--data', data, '--cluster', cluster, '--node', name, '--log-level', 'debug', '--config', config]
    const child = spawn(process.execPath, [command, 'serve', ...node, ...urls], { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child = child
    createInterface({ input: child.stderr }).on('line', (line) => this.#logged(line))
    try {
      await within(this.#ready(child.stdout), `${name} serves`)
      this.isUp = true
    } catch (error) {
      child.kill('SIGKILL')
      throw error
    }
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child
    this.isUp = false
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exited = exitOf(child, this.name)
    child.kill(signal)
    await exited
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.isUp = signal === 'SIGCONT'
    this.#child?.kill(signal)
  }

  async #ready(output: Readable): Promise<void> {
    for await (const line of createInterface({ input: output })) {
      const { event, protocol, port } = JSON.parse(line) as Announced
      if (event === 'ready') return
      this.#ports.set(protocol, port)
    }
    throw new Error(`${this.name} ended before it served: ${this.errors.at(-1)}`)
  }

  #logged(line: string): void {
    if (!line.startsWith('{')) {
      this.errors.push(line)
      return
    }
    const { level, digest, position } = JSON.parse(line) as { level: string; digest?: string; position?: number }
    if (digest !== undefined && position !== undefined) this.digests.push({ digest, position })
    if (level === 'error') this.errors.push(line)
  }
}
