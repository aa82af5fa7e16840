import { fail, ok, type Clock, type Core, type Result, type Wire } from '@parley/core'
import type { Dialect, Door, Visitors } from '@parley/protocols'
import { createServer, type Server, type Socket } from 'node:net'
import type { GateLimits } from '../config/settings.ts'
import type { Log } from '../log.ts'
import { AddressCounts, addressOf, isLoopback } from './addresses.ts'
import { Connection, type AnyConnection, type ConnectionHost } from './connection.ts'
import { Sweep } from './sweep.ts'
import { Tape } from './tape.ts'

/** The default drops connections when many come at once. */
const backlog = 4_096
const keepAliveMs = 60_000

export interface GateParts {
  readonly core: Core
  readonly clock: Clock
  readonly log: Log
  readonly limits: GateLimits
  readonly serverName: string
  /** Sees every socket that is let in, before anything is read from it: for tests, which must know when all is read and written. */
  readonly admitted?: (socket: Socket) => void
}

/** What is listened for. `tls`: PEM texts. */
export interface ListenerSpec {
  readonly protocol: string
  readonly dialect: Dialect<unknown, unknown>
  readonly host: string
  readonly port: number
  readonly tls: { readonly cert: string; readonly key: string } | null
  /** Whether somebody from there may come in; absent: everybody. */
  admits?(address: string): boolean
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

/** Where sockets come in: listeners, the limits per address, and the way out. */
export class Gate {
  readonly #parts: GateParts
  readonly #sweep = new Sweep()
  readonly #servers = new Set<Server>()
  readonly #connections = new Set<AnyConnection>()
  readonly #sockets = new Set<Socket>()
  readonly #tapes = new WeakMap<Wire, Tape>()
  readonly #strangers = new Map<string, number>()
  readonly #perAddress: AddressCounts
  #lastId = 0
  #stopping = false

  constructor(parts: GateParts) {
    this.#parts = parts
    this.#perAddress = new AddressCounts(parts.limits.connectionsPerAddress)
  }

  /** Answers the port, or rejects with the system's error. */
  async listen(spec: ListenerSpec): Promise<number> {
    return portOf(await this.#listen(spec))
  }

  async #listen(spec: ListenerSpec): Promise<Server> {
    const server = await this.#serverFor(spec)
    const host = this.#host(spec)
    server.on('connection', (socket) => this.#admit(socket, spec))
    server.on(spec.tls ? 'secureConnection' : 'connection', (socket: Socket) => this.#open(socket, spec, host))
    server.on('tlsClientError', (error) => this.#parts.log.debug({ problem: error.message }, 'TLS handshake failed'))
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host: spec.host, port: spec.port, backlog }, () => {
        server.off('error', reject)
        server.on('error', (error) => this.#parts.log.error({ problem: error.message }, 'listener error'))
        this.#servers.add(server)
        server.once('close', () => this.#servers.delete(server))
        resolve(server)
      })
    })
  }

  async #serverFor({ tls }: ListenerSpec): Promise<Server> {
    const options = { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs }
    if (!tls) return createServer(options)
    // Loaded where it is spoken only: it takes 4 MB.
    const { createServer: createTlsServer } = await import('node:tls')
    return createTlsServer({ ...options, ...tls, handshakeTimeout: this.#parts.limits.signInSeconds * 1000 })
  }

  /** nobody new, a farewell to everybody, what is queued within `graceMs`, then the end. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true
    const closed = Array.from(this.#servers, (server) => new Promise((resolve) => server.close(resolve)))
    for (const connection of this.#connections) connection.dismiss('stopping')
    const cut = this.#parts.clock.after(graceMs, () => {
      for (const socket of this.#sockets) socket.destroy()
    })
    await Promise.all(closed)
    cut()
  }

  /** Open sockets. */
  get size(): number {
    return this.#sockets.size
  }

  /** Whether nothing is waiting to be sent. */
  get idle(): boolean {
    return this.#sweep.idle && Array.from(this.#connections).every((connection) => connection.idle)
  }

  /** The first look at a socket, before any TLS. */
  #admit(socket: Socket, { protocol, admits }: ListenerSpec): void {
    const address = addressOf(socket)
    if (admits && !admits(address)) {
      this.#parts.log.warn({ protocol, address }, 'refused: nobody is expected from this address')
      socket.destroy()
      return
    }
    if (this.#stopping || !this.#perAddress.enter(address)) {
      this.#parts.log.warn({ protocol, address }, 'refused: too many connections from this address')
      socket.destroy()
      return
    }
    this.#sockets.add(socket)
    this.#parts.admitted?.(socket)
    socket.once('close', () => {
      this.#sockets.delete(socket)
      this.#perAddress.leave(address)
    })
  }

  #open(socket: Socket, { protocol, dialect }: ListenerSpec, host: ConnectionHost): void {
    if (socket.destroyed) return
    const id = `${protocol}-${++this.#lastId}`
    const address = addressOf(socket)
    const connection: AnyConnection = new Connection(id, address, socket, dialect, host)
    this.#connections.add(connection)
    this.#countStrangers(protocol, 1)
    this.#parts.log.info({ connection: id, address: isLoopback(address) ? 'loopback' : address }, 'opened')
    connection.start()
  }

  async #openDoor(
    { protocol, host, tls }: ListenerSpec,
    dialect: Dialect<unknown, unknown>,
    { connections, from }: Visitors,
  ): Promise<Result<Door, 'no-free-port'>> {
    const { first, last } = this.#parts.limits.doorPorts ?? { first: 0, last: 0 }
    if (this.#stopping) return fail('no-free-port')
    let left = connections
    let shut = (): void => {}
    const admits = (address: string): boolean => {
      if (left === 0 || !from.has(address)) return false
      if (--left === 0) shut()
      return true
    }
    for (let port = first; port <= last; port++) {
      try {
        const server = await this.#listen({ protocol: `${protocol}-door`, dialect, host, port, tls, admits })
        const door = { port: portOf(server), close: () => void server.close() }
        shut = door.close
        return ok(door)
      } catch (error) {
        const { code = '' } = error as NodeJS.ErrnoException
        // Somebody else has that one: the next may be free. Anything else, such as no file descriptor left, is true of all.
        if (code === 'EADDRINUSE' || code === 'EACCES') continue
        this.#parts.log.error({ protocol, problem: String(error) }, 'no side door can be opened')
        break
      }
    }
    return fail('no-free-port')
  }

  #host(spec: ListenerSpec): ConnectionHost {
    const { protocol } = spec
    return {
      ...this.#parts,
      sweep: this.#sweep,
      tape: (wire) => this.#tape(wire),
      strangers: () => this.#strangers.get(protocol) ?? 0,
      openDoor: (dialect, visitors) => this.#openDoor(spec, dialect, visitors),
      changed: (connection, what) => {
        if (what === 'signed-in') this.#countStrangers(protocol, -1)
        if (what === 'signed-out') this.#countStrangers(protocol, 1)
        if (what !== 'ended') return
        if (connection.user === undefined) this.#countStrangers(protocol, -1)
        this.#connections.delete(connection)
      },
    }
  }

  #tape(wire: Wire): Tape {
    let tape = this.#tapes.get(wire)
    if (!tape) this.#tapes.set(wire, (tape = new Tape(wire, this.#sweep)))
    return tape
  }

  #countStrangers(protocol: string, change: number): void {
    this.#strangers.set(protocol, (this.#strangers.get(protocol) ?? 0) + change)
  }
}
