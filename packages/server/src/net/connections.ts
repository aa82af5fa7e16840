import { fail, ok, type Result } from '@parley/core'
import type { Server, Socket } from 'node:net'
import type { AllowList, Dialect, TransferListener } from '@parley/protocols'
import type { CertificateAndKey } from '../config/certificate.ts'
import type { IncomingHooks } from '../hooks/incoming-hooks.ts'
import type { PageFiles } from '../page/page-files.ts'
import { isLoopback } from '../address.ts'
import type { ByteStream } from './byte-stream.ts'
import { Connection, type AnyConnection, type ConnectionHost, type ConnectionServices } from './connection.ts'

/** What a server is made with that brings connections of its own making. */
export interface ServerParts {
  /** PEM texts. */
  readonly tls: { readonly cert: string; readonly key: string } | null
  /** For its sockets, as for those of every listener. */
  readonly sockets: { readonly noDelay: boolean; readonly keepAlive: boolean; readonly keepAliveInitialDelay: number }
  /** Takes what bots post. */
  readonly hooks: IncomingHooks
  readonly page: PageFiles
  /** `socket`: that of the stream. */
  opened(stream: ByteStream, socket: Socket): void
}

/** It does not listen yet. */
export type MakeServer = (parts: ServerParts) => Promise<Server>

/** What is listened for. `tls`: PEM texts. */
export interface ListenerSpec {
  readonly protocol: string
  readonly dialect: Dialect<unknown, unknown>
  readonly host: string
  readonly port: number
  readonly tls: CertificateAndKey | null
  /** Where connections do not come straight from the listener's sockets. */
  readonly makeServer?: MakeServer
  /** Whether a balancer says in front of each connection where it comes from. */
  readonly proxy?: boolean | undefined
  /** Whether somebody from there may come in; absent: everybody. */
  admits?(address: string): boolean
}

/** The part of the ports for transfers that one sender may have at a time. */
const portShare = 1 / 4

/** Listens until it is closed. Rejects with the system's error. */
export type Listen = (spec: ListenerSpec) => Promise<TransferListener>

/** A connection of one listener over a stream that is open. */
export type Accept = (stream: ByteStream, address: string) => AnyConnection

/**
 * The connections of a server and what they share with their listeners, whether their bytes come
 * from sockets or from memory.
 */
export class Connections {
  readonly #services: ConnectionServices
  readonly #listen: Listen
  readonly #connections = new Set<AnyConnection>()
  /** By protocol. */
  readonly #unauthenticated = new Map<string, number>()
  /** Nobody is signed in on these; the longest ones first. */
  readonly #anonymous = new Set<AnyConnection>()
  /** Open transfer listeners, by whose part of the ports they take. */
  readonly #transferPorts = new Map<string, number>()
  #lastId = 0
  #stopping = false

  /** `listen` is how a transfer listener gets its port. */
  constructor(services: ConnectionServices, listen: Listen) {
    this.#services = services
    this.#listen = listen
  }

  /** Open connections, sessions that are not closed yet among them. */
  get size(): number {
    return this.#connections.size
  }

  /** Bytes that readers have not taken. */
  get unsentBytes(): number {
    let bytes = 0
    for (const { outbox } of this.#connections) bytes += outbox.pending
    return bytes
  }

  /** Whether nothing is waiting to be sent. */
  get idle(): boolean {
    const { flusher, turns, pace } = this.#services
    const isIdle = flusher.idle && turns.idle && pace.idle
    return isIdle && Array.from(this.#connections).every((connection) => connection.idle)
  }

  /** no new transfer listener, and a farewell to everybody. */
  stop(): void {
    this.#stopping = true
    for (const connection of this.#connections) connection.disconnect('stopping')
  }

  /** The community has forgotten all of them, or will have; what is under way nobody knows. */
  cutOff(): void {
    for (const connection of this.#connections) connection.cutOff()
  }

  /** Where there is no room for one more. False: there is nobody who could give way. */
  endLongestUnauthenticated(): boolean {
    for (const connection of this.#anonymous) {
      this.#anonymous.delete(connection)
      // A private connection of a tunnel is nobody's either.
      if (!connection.isOpen) continue
      connection.giveWay()
      return true
    }
    return false
  }

  /** For one listener: all its connections share what this makes. */
  acceptor(spec: ListenerSpec): Accept {
    const { protocol, dialect } = spec
    const host = this.#host(spec)
    const { protocolCounters } = host
    return (stream, address) => {
      const id = this.#services.connectionId(`${protocol}-${++this.#lastId}`)
      const connection: AnyConnection = new Connection(id, address, stream, dialect, host)
      this.#connections.add(connection)
      this.#anonymous.add(connection)
      this.#countUnauthenticated(protocol, 1)
      protocolCounters.opened++
      this.#services.logger.info({ connection: id, address: isLoopback(address) ? 'loopback' : address }, 'opened')
      connection.start()
      return connection
    }
  }

  async #openTransferListener(
    { protocol, host, tls }: ListenerSpec,
    dialect: Dialect<unknown, unknown>,
    { connections, from, share, port: wanted }: AllowList,
  ): Promise<Result<TransferListener, 'no-free-port'>> {
    const { transferPorts } = this.#services.limits
    const { first, last } = transferPorts ?? { first: 0, last: 0 }
    const most = transferPorts ? Math.max(1, Math.floor((last - first + 1) * portShare)) : Infinity
    if (this.#stopping || (this.#transferPorts.get(share) ?? 0) >= most) return fail('no-free-port')
    this.#countPorts(share, 1)
    let left = connections
    let close = (): void => this.#countPorts(share, -1)
    const closeOnce = (): void => {
      close()
      close = () => {}
    }
    const admits = (address: string): boolean => {
      if (left === 0 || !from.has(address)) return false
      if (--left === 0) closeOnce()
      return true
    }
    for (const port of portsFrom(first, last, wanted)) {
      try {
        const listener = await this.#listen({ protocol: `${protocol}-transfer`, dialect, host, port, tls, admits })
        close = () => {
          listener.close()
          this.#countPorts(share, -1)
        }
        return ok({ port: listener.port, close: closeOnce })
      } catch (error) {
        const { code = '' } = error as NodeJS.ErrnoException
        // Somebody else has that one: the next may be free. Anything else, such as no file
        // descriptor left, is true of all.
        if (code === 'EADDRINUSE' || code === 'EACCES') continue
        this.#services.logger.error({ protocol, problem: String(error) }, 'no transfer listener can be opened')
        break
      }
    }
    closeOnce()
    return fail('no-free-port')
  }

  #host(spec: ListenerSpec): ConnectionHost {
    const { protocol } = spec
    const protocolCounters = this.#services.counters.of(protocol)
    return {
      ...this.#services,
      protocolCounters,
      unauthenticated: () => this.#unauthenticated.get(protocol) ?? 0,
      openTransferListener: (dialect, allowed) => this.#openTransferListener(spec, dialect, allowed),
      changed: (connection, what) => {
        if (what === 'signed-in') {
          protocolCounters.signIns++
          this.#countUnauthenticated(protocol, -1)
        }
        if (what === 'signed-out') this.#countUnauthenticated(protocol, 1)
        if (what === 'signed-out') this.#anonymous.add(connection)
        else this.#anonymous.delete(connection)
        if (what !== 'ended') return
        protocolCounters.closed++
        this.#countUnauthenticated(protocol, -1)
        this.#connections.delete(connection)
      },
    }
  }

  #countPorts(share: string, change: number): void {
    const ports = (this.#transferPorts.get(share) ?? 0) + change
    if (ports > 0) this.#transferPorts.set(share, ports)
    else this.#transferPorts.delete(share)
  }

  #countUnauthenticated(protocol: string, change: number): void {
    this.#unauthenticated.set(protocol, (this.#unauthenticated.get(protocol) ?? 0) + change)
  }
}

/** The wanted one first, where it may be had. */
function* portsFrom(first: number, last: number, wanted: number | undefined): Generator<number> {
  if (wanted !== undefined && (last === 0 || (wanted >= first && wanted <= last))) yield wanted
  for (let port = first; port <= last; port++) yield port
}
