import type { TransferListener } from '@parley/protocols'
import { createServer, type Server, type Socket } from 'node:net'
import { AddressCounts, addressOf } from './addresses.ts'
import type { ByteStream } from './byte-stream.ts'
import type { ConnectionServices } from './connection.ts'
import { Connections, type Accept, type ListenerSpec } from './connections.ts'
import { SocketStream } from './socket-stream.ts'

/** The default drops connections when many come at once. */
const backlog = 4_096
const keepAliveMs = 60_000

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

/** Where sockets come in: listeners, the limits per address, and the way out. */
export class Listeners {
  readonly #services: ConnectionServices
  readonly #admitted: ((socket: Socket) => void) | undefined
  readonly #servers = new Set<Server>()
  readonly #connections: Connections
  readonly #sockets = new Set<Socket>()
  readonly #perAddress: AddressCounts
  #stopping = false
  #whenEmpty: () => void = () => {}

  /**
   * `admitted` sees every socket that is let in, before anything is read from it: for tests, which
   * must know when all is read.
   */
  constructor(services: ConnectionServices, admitted?: (socket: Socket) => void) {
    this.#services = services
    this.#admitted = admitted
    this.#perAddress = new AddressCounts(services.limits.connectionsPerAddress)
    this.#connections = new Connections(services, (spec) => this.#listen(spec))
  }

  /** Returns the port, or rejects with the system's error. */
  async listen(spec: ListenerSpec): Promise<number> {
    return (await this.#listen(spec)).port
  }

  async #listen(spec: ListenerSpec): Promise<TransferListener> {
    const accept = this.#connections.acceptor(spec)
    const server = await this.#serverFor(spec, accept)
    server.on('connection', (socket) => this.#admit(socket, spec))
    if (!spec.makeServer) {
      server.on(spec.tls ? 'secureConnection' : 'connection', (socket: Socket) => {
        this.#open(new SocketStream(socket), socket, spec, accept)
      })
    }
    server.on('tlsClientError', (error) =>
      this.#services.logger.debug({ problem: error.message }, 'TLS handshake failed'),
    )
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host: spec.host, port: spec.port, backlog }, () => {
        server.off('error', reject)
        server.on('error', (error) => this.#services.logger.error({ problem: error.message }, 'listener error'))
        this.#servers.add(server)
        server.once('close', () => this.#servers.delete(server))
        resolve({ port: portOf(server), close: () => void server.close() })
      })
    })
  }

  async #serverFor(spec: ListenerSpec, accept: Accept): Promise<Server> {
    const { tls, makeServer } = spec
    const sockets = { noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs }
    if (makeServer) {
      const opened = (stream: ByteStream, socket: Socket) => this.#open(stream, socket, spec, accept)
      return makeServer({ tls, sockets, hooks: this.#services.hooks, opened })
    }
    const options = { ...sockets, allowHalfOpen: true }
    if (!tls) return createServer(options)
    // Loaded where it is spoken only: it takes 4 MB.
    const { createServer: createTlsServer } = await import('node:tls')
    return createTlsServer({ ...options, ...tls, handshakeTimeout: this.#services.limits.signInSeconds * 1000 })
  }

  /** nobody new, a farewell to everybody, what is queued within `graceMs`, then the end. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true
    const closed = Array.from(this.#servers, (server) => new Promise((resolve) => server.close(resolve)))
    this.#connections.stop()
    const cut = this.#services.clock.after(graceMs, () => {
      for (const socket of this.#sockets) socket.destroy()
    })
    await Promise.all(closed)
    // A server is closed when the last of its sockets is, and the session above may not have been
    // told by then.
    if (this.#sockets.size > 0) await new Promise<void>((resolve) => (this.#whenEmpty = resolve))
    cut()
  }

  /** Open sockets. */
  get size(): number {
    return this.#sockets.size
  }

  /** Whether nothing is waiting to be sent. */
  get idle(): boolean {
    return this.#connections.idle
  }

  /** The first look at a socket, before any TLS. */
  #admit(socket: Socket, { protocol, admits }: ListenerSpec): void {
    const address = addressOf(socket)
    if (admits && !admits(address)) {
      this.#services.logger.warn({ protocol, address }, 'refused: nobody is expected from this address')
      socket.destroy()
      return
    }
    if (this.#stopping || !this.#perAddress.enter(address)) {
      this.#services.logger.warn({ protocol, address }, 'refused: too many connections from this address')
      socket.destroy()
      return
    }
    this.#sockets.add(socket)
    this.#admitted?.(socket)
    socket.once('close', () => {
      this.#sockets.delete(socket)
      this.#perAddress.leave(address)
      if (this.#sockets.size === 0) this.#whenEmpty()
    })
  }

  #open(stream: ByteStream, socket: Socket, { protocol }: ListenerSpec, accept: Accept): void {
    // A TLS handshake may be through only now.
    if (this.#stopping) socket.destroy()
    if (socket.destroyed) return
    this.#services.flusher.input()
    try {
      accept(stream, addressOf(socket))
    } catch (bug) {
      const stack = bug instanceof Error ? bug.stack : String(bug)
      this.#services.logger.error({ protocol, stack }, 'a bug in a session')
      socket.destroy()
    }
  }
}
