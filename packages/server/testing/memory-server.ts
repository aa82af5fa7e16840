import { keyOf, parseUserName, type Community, type Store } from '@parley/core'
import { MemorySpool, MemoryStore, PlainPasswords, SeededRandom, VirtualClock } from '@parley/core/testing'
import { protocols, type Dialect, type TransferListener } from '@parley/protocols'
import { compose, type Composed } from '../src/compose.ts'
import { defaultSettings, type Settings } from '../src/config/settings.ts'
import { silentLogger, type Logger } from '../src/logger.ts'
import type { AnyConnection, ConnectionServices } from '../src/net/connection.ts'
import { Connections, type Accept, type ListenerSpec } from '../src/net/connections.ts'
import { MemoryStream } from './memory-stream.ts'

/** One client of a server in memory. */
export interface MemoryClient {
  readonly stream: MemoryStream
  readonly connection: AnyConnection
}

/** What a client connects to. */
export interface MemoryListener {
  readonly name: string
  readonly dialect: Dialect<unknown, unknown>
}

export interface MemoryServerOptions {
  readonly settings?: Partial<Settings>
  readonly store?: Store
  /**
   * What connections get in place of the real services, for tests that listen in or break
   * something.
   */
  readonly services?: (services: ConnectionServices) => ConnectionServices
}

/** `stack`: of what was thrown. */
export interface LoggedError {
  readonly message: string
  readonly stack?: string
}

interface OpenPort {
  readonly spec: ListenerSpec
  readonly accept: Accept
}

/** The first port of a transfer listener that may have any. */
const firstPort = 50_000

/**
 * A whole server without a socket: the real connections, log and community over streams in memory,
 * with time that stands still until a test lets it pass.
 */
export class MemoryServer {
  readonly clock: VirtualClock
  readonly store: Store
  readonly spool: MemorySpool
  readonly settings: Settings
  readonly composed: Composed
  /** What was logged as an error: bugs, but for what a test brings about. */
  readonly errors: readonly LoggedError[]
  readonly connections: Connections
  readonly #listeners = new Map<string, MemoryListener>()
  readonly #acceptors = new Map<MemoryListener, Accept>()
  /** Where a transfer listener listens. */
  readonly #ports = new Map<number, OpenPort>()
  readonly #streams = new Set<MemoryStream>()

  private constructor(
    settings: Settings,
    parts: { readonly store: Store; readonly clock: VirtualClock; readonly spool: MemorySpool },
    composed: Composed,
    services: ConnectionServices,
    errors: readonly LoggedError[],
  ) {
    this.settings = settings
    this.store = parts.store
    this.clock = parts.clock
    this.spool = parts.spool
    this.composed = composed
    this.errors = errors
    this.connections = new Connections(services, (spec) => this.#listen(spec))
  }

  static async start({ settings: given, store = new MemoryStore(), services }: MemoryServerOptions = {}) {
    const settings: Settings = { ...defaultSettings, ...given }
    const errors: LoggedError[] = []
    const logger: Logger = { ...silentLogger, error: (fields, message) => void errors.push({ message, ...fields }) }
    const parts = { store, clock: new VirtualClock(), spool: new MemorySpool(settings.limits.spoolBytes) }
    const passwords = new PlainPasswords()
    const composed = await compose(settings, { ...parts, random: new SeededRandom(1), logger, passwords })
    if (!composed) throw new Error('the store cannot be read')
    const used = services?.(composed.services) ?? composed.services
    return new MemoryServer(settings, parts, composed, used, errors)
  }

  get community(): Community {
    return this.composed.community
  }

  /** Somebody connects by this protocol. `options`: of the listener's URL. */
  connect(name: string, options: Readonly<Record<string, string>> = {}, address = '127.0.0.1'): MemoryClient {
    const key = JSON.stringify([name, options])
    const known = this.#listeners.get(key)
    if (known) return this.connectBy(known, address)
    const protocol = protocols.find((each) => each.name === name)
    if (!protocol) throw new Error(`there is no protocol ${name}`)
    const defaults = Object.fromEntries(
      Object.entries(protocol.options).map(([option, spec]) => [option, spec.default]),
    )
    const listener = { name, dialect: protocol.dialect({ ...defaults, ...options }) }
    this.#listeners.set(key, listener)
    return this.connectBy(listener, address)
  }

  /** Somebody connects to a listener of the test's own. */
  connectBy(listener: MemoryListener, address: string): MemoryClient {
    let accept = this.#acceptors.get(listener)
    if (!accept) {
      const { name: protocol, dialect } = listener
      accept = this.connections.acceptor({ protocol, dialect, host: '127.0.0.1', port: 0, tls: null })
      this.#acceptors.set(listener, accept)
    }
    return this.#accepted(accept, address)
  }

  /** Ports of the transfer listeners that are open. */
  get transferPorts(): readonly number[] {
    return [...this.#ports.keys()]
  }

  /** Somebody connects to a transfer listener; null: there is none, or it refuses. */
  connectTo(port: number, address = '127.0.0.1'): MemoryClient | null {
    const open = this.#ports.get(port)
    if (!open || open.spec.admits?.(address) === false) return null
    return this.#accepted(open.accept, address)
  }

  async addAccount(name: string, password: string): Promise<void> {
    const parsed = parseUserName(name)
    if (!parsed.ok) throw new Error(`${name} is no user name`)
    const hash = await new PlainPasswords().hash(password)
    await new Promise<void>((resolve, reject) => {
      const command = { do: 'account.add', name: parsed.value, hash } as const
      void this.composed.submit(command, (result) =>
        result.ok ? resolve() : reject(new Error(`${keyOf(parsed.value)}: ${result.fail}`)),
      )
    })
  }

  /**
   * Resolves when nothing is being handled and nothing waits to be sent, but for what waits for the
   * clock or for a reader.
   */
  async rest(): Promise<void> {
    for (let quiet = 0; quiet < 4; quiet++) {
      await new Promise((resolve) => setImmediate(resolve))
      const { flusher, turns, pace } = this.composed.services
      const busy = !flusher.idle || !turns.idle || !pace.idle || [...this.#streams].some((stream) => !stream.quiet)
      if (busy) quiet = -1
    }
  }

  /** Lets time pass, and waits for what comes of it. */
  async pass(ms: number): Promise<void> {
    this.clock.advance(ms)
    await this.rest()
  }

  #accepted(accept: Accept, address: string): MemoryClient {
    const stream = new MemoryStream()
    this.#streams.add(stream)
    return { stream, connection: accept(stream, address) }
  }

  async #listen(spec: ListenerSpec): Promise<TransferListener> {
    let port = spec.port
    if (port === 0) for (port = firstPort; this.#ports.has(port);) port++
    if (this.#ports.has(port)) throw Object.assign(new Error(`the port ${port} is taken`), { code: 'EADDRINUSE' })
    this.#ports.set(port, { spec, accept: this.connections.acceptor(spec) })
    return { port, close: () => void this.#ports.delete(port) }
  }
}
