import type { TransferListener } from '@parley/protocols'
import { createServer, type Server, type Socket } from 'node:net'
import type { Server as TlsServer } from 'node:tls'
import type { CertificateAndKey } from '../config/certificate.ts'
import { memoryBudget } from '../config/memory-budget.ts'
import { AddressCounts, addressOf } from './addresses.ts'
import { Beginning } from './beginning.ts'
import type { ByteStream } from './byte-stream.ts'
import type { ConnectionServices } from './connection.ts'
import { Connections, type Accept, type ListenerSpec, type MakeServer } from './connections.ts'
import { InheritedSockets } from './inherited-sockets.ts'
import { connectionsAllowed } from './open-files.ts'
import { readProxyHeader } from './proxy-protocol.ts'
import { Refusals } from './refusals.ts'
import { SocketStream } from './socket-stream.ts'

/** The default drops connections when many come at once. */
const backlog = 4_096
const keepAliveMs = 60_000

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

const sockets = { noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs }

/** Makes a connection of a socket, after the handshake where there is one. */
type Begin = (socket: Socket, address: string) => void

/** Where sockets come in: listeners, the limits on how many may, and the way out. */
export class Listeners {
  readonly #services: ConnectionServices
  readonly #admitted: ((socket: Socket) => void) | undefined
  readonly #servers = new Set<Server>()
  readonly #connections: Connections
  readonly #sockets = new Set<Socket>()
  /** Those of them that are no connection yet: what stands before its first byte has not come. */
  readonly #beginning = new Set<Socket>()
  /** Connections that the system lets this process have. */
  readonly #allowed: number
  readonly #perAddress: AddressCounts
  /** Sockets that a service manager opened. */
  readonly #inherited = new InheritedSockets()
  readonly #refusals: Refusals
  /** Whose certificate may be renewed. */
  readonly #tlsServers = new Set<TlsServer>()
  #stopping = false
  #whenEmpty: () => void = () => {}

  /**
   * `admitted` sees every socket that is let in, before anything is read from it: for tests, which
   * must know when all is read.
   */
  constructor(services: ConnectionServices, admitted?: (socket: Socket) => void) {
    const { limits, logger, clock } = services
    this.#services = services
    this.#admitted = admitted
    this.#refusals = new Refusals(logger, clock)
    this.#perAddress = new AddressCounts(limits)
    this.#connections = new Connections(services, (spec) => this.#listen(spec))
    this.#allowed = connectionsAllowed() ?? Infinity
    const wanted = memoryBudget(limits).connections
    if (this.#allowed < wanted) {
      logger.warn(
        { wanted, connections: this.#allowed },
        'fewer connections than set: this process may open too few files',
      )
    }
  }

  /** Returns the port, or rejects with the system's error. */
  async listen(spec: ListenerSpec): Promise<number> {
    return (await this.#listen(spec)).port
  }

  async #listen(spec: ListenerSpec): Promise<TransferListener> {
    const accept = this.#connections.acceptor(spec)
    const server = await (spec.makeServer
      ? this.#madeBy(spec.makeServer, spec, accept)
      : this.#socketServer(spec, accept))
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      const { host, port } = spec
      const descriptor = this.#inherited.take(host, port)
      server.listen(descriptor === null ? { host, port, backlog } : { fd: descriptor, backlog }, () => {
        server.off('error', reject)
        server.on('error', (error) => this.#services.logger.error({ problem: error.message }, 'listener error'))
        this.#servers.add(server)
        server.once('close', () => this.#servers.delete(server))
        resolve({ port: portOf(server), close: () => void server.close() })
      })
    })
  }

  async #socketServer(spec: ListenerSpec, accept: Accept): Promise<Server> {
    const open: Begin = (socket, address) => this.#open(new SocketStream(socket), socket, address, spec, accept)
    const secured = spec.tls && (await this.#handshakes(spec.tls, open))
    // Half open: what a client asked before it ended its side is still replied to.
    const server = createServer({ ...sockets, allowHalfOpen: true }, (socket) => {
      this.#admit(socket, spec, secured?.begin ?? open)
    })
    if (secured) this.#renews(secured.server, server)
    return server
  }

  /** It gets its sockets once they are let in. */
  async #madeBy(makeServer: MakeServer, spec: ListenerSpec, accept: Accept): Promise<Server> {
    const { tls } = spec
    const beginning = new Beginning()
    const server = await makeServer({
      tls,
      sockets,
      hooks: this.#services.hooks,
      page: this.#services.page,
      opened: (stream, socket) => {
        const begun = beginning.of(socket)
        if (!begun) return void socket.destroy()
        this.#beginning.delete(begun.socket)
        this.#open(stream, socket, begun.address, spec, accept)
      },
    })
    const begins = server.listeners('connection')
    server.removeAllListeners('connection')
    server.on('connection', (socket: Socket) => {
      this.#admit(socket, spec, (admitted, address) => {
        beginning.add(admitted, address)
        this.#beginning.add(admitted)
        for (const begin of begins) begin.call(server, admitted)
      })
    })
    server.on('tlsClientError', (error, socket) => this.#handshakeFailed(error, socket))
    if ('setSecureContext' in server) this.#renews(server as TlsServer, server)
    return server
  }

  async #handshakes(
    keys: CertificateAndKey,
    open: Begin,
  ): Promise<{ readonly server: TlsServer; readonly begin: Begin }> {
    // Loaded where it is spoken only: it takes 4 MB.
    const { createServer: createTlsServer } = await import('node:tls')
    const beginning = new Beginning()
    const server = createTlsServer({ ...keys, handshakeTimeout: this.#services.limits.signInSeconds * 1000 })
    server.on('tlsClientError', (error, socket) => this.#handshakeFailed(error, socket))
    server.on('secureConnection', (secured) => {
      const begun = beginning.of(secured)
      if (!begun) return void secured.destroy()
      this.#beginning.delete(begun.socket)
      secured.allowHalfOpen = true
      open(secured, begun.address)
    })
    const begin: Begin = (socket, address) => {
      beginning.add(socket, address)
      this.#beginning.add(socket)
      // Whoever goes away before the handshake is not waited for.
      socket.allowHalfOpen = false
      server.emit('connection', socket)
    }
    return { server, begin }
  }

  #handshakeFailed({ message }: Error, socket: Socket): void {
    this.#services.logger.debug({ problem: message }, 'TLS handshake failed')
    socket.destroy()
  }

  /** As long as the listener listens. */
  #renews(server: TlsServer, listener: Server): void {
    this.#tlsServers.add(server)
    listener.once('close', () => this.#tlsServers.delete(server))
  }

  /** Sockets that a service manager opened for no listener, as `address:port`. */
  get unused(): readonly string[] {
    return this.#inherited.left
  }

  /** Whoever connects over TLS from here on gets this certificate. */
  renew(certificate: CertificateAndKey): void {
    for (const server of this.#tlsServers) server.setSecureContext(certificate)
  }

  /** The community has forgotten all who are connected here, or will have. */
  cutOff(): void {
    this.#connections.cutOff()
  }

  /** nobody new, a farewell to everybody, what is queued within `graceMs`, then the end. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true
    const closed = Array.from(this.#servers, (server) => new Promise((resolve) => server.close(resolve)))
    this.#connections.stop()
    for (const socket of this.#beginning) socket.destroy()
    const cut = this.#services.clock.after(graceMs, () => {
      for (const socket of this.#sockets) socket.destroy()
    })
    await Promise.all(closed)
    // A server is closed when the last of its sockets is, and the session above may not have been
    // told by then.
    if (this.#sockets.size > 0) await new Promise<void>((resolve) => (this.#whenEmpty = resolve))
    cut()
    this.#refusals.close()
  }

  /** Open sockets. */
  get size(): number {
    return this.#sockets.size
  }

  /** Bytes that readers have not taken. */
  get unsentBytes(): number {
    return this.#connections.unsentBytes
  }

  /** Whether nothing is waiting to be sent. */
  get idle(): boolean {
    return this.#connections.idle
  }

  /** Connections that may be open at a time. */
  #most(): number {
    return Math.min(memoryBudget(this.#services.limits).connections, this.#allowed)
  }

  /** The first look at a socket, before a header or a handshake. */
  #admit(socket: Socket, spec: ListenerSpec, begin: Begin): void {
    if (this.#stopping) return void socket.destroy()
    if (this.#sockets.size >= this.#most() && !this.#connections.endLongestUnauthenticated()) {
      return this.#refuse(socket, spec, addressOf(socket), 'refused: too many connections')
    }
    this.#sockets.add(socket)
    socket.once('close', () => {
      this.#sockets.delete(socket)
      this.#beginning.delete(socket)
      if (this.#sockets.size === 0) this.#whenEmpty()
    })
    this.#admitted?.(socket)
    if (!spec.proxy) return this.#enter(socket, addressOf(socket), spec, begin)
    this.#beginning.add(socket)
    socket.on('error', ignore)
    readProxyHeader(socket, this.#services.clock, (address) => {
      this.#beginning.delete(socket)
      socket.off('error', ignore)
      const balancer = addressOf(socket)
      if (address.ok) this.#enter(socket, address.value ?? balancer, spec, begin)
      else this.#refuse(socket, spec, balancer, 'refused: no header of PROXY protocol v2')
    })
  }

  /** It is known where it comes from. */
  #enter(socket: Socket, address: string, spec: ListenerSpec, begin: Begin): void {
    if (spec.admits && !spec.admits(address)) {
      return this.#refuse(socket, spec, address, 'refused: nobody is expected from this address')
    }
    if (!this.#perAddress.enter(address)) {
      return this.#refuse(socket, spec, address, 'refused: too many connections from this address')
    }
    socket.once('close', () => this.#perAddress.leave(address))
    begin(socket, address)
  }

  #refuse(socket: Socket, { protocol }: ListenerSpec, address: string, why: string): void {
    this.#refusals.note(why, { protocol, address })
    this.#services.counters.refused('connections')
    socket.destroy()
  }

  #open(stream: ByteStream, socket: Socket, address: string, { protocol }: ListenerSpec, accept: Accept): void {
    // A TLS handshake may be through only now.
    if (this.#stopping) socket.destroy()
    if (socket.destroyed) return
    this.#services.flusher.input()
    try {
      accept(stream, address)
    } catch (bug) {
      const stack = bug instanceof Error ? bug.stack : String(bug)
      this.#services.logger.error({ protocol, stack }, 'a bug in a session')
      socket.destroy()
    }
  }
}

/** `close` follows. */
function ignore(): void {}
