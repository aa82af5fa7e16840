import { fail, ok, type ConnectionId, type Result } from '@parley/core'
import type { Server, Socket } from 'node:net'
import type { AllowList, Dialect, TransferListener } from '@parley/protocols'
import type { HookDoor } from '../hooks/hook-door.ts'
import { isLoopback } from './addresses.ts'
import type { ByteStream } from './byte-stream.ts'
import { Connection, type AnyConnection, type ConnectionHost, type ConnectionServices } from './connection.ts'

/** What a server is made with that brings connections of its own making. */
export interface ServerParts {
  /** PEM texts. */
  readonly tls: { readonly cert: string; readonly key: string } | null
  /** For its sockets, as for those of every listener. */
  readonly sockets: { readonly noDelay: boolean; readonly keepAlive: boolean; readonly keepAliveInitialDelay: number }
  /** Takes what bots post. */
  readonly hooks: HookDoor
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
  readonly tls: { readonly cert: string; readonly key: string } | null
  /** Where connections do not come straight from the listener's sockets. */
  readonly makeServer?: MakeServer
  /** Whether somebody from there may come in; absent: everybody. */
  admits?(address: string): boolean
}

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

  /** Whether nothing is waiting to be sent. */
  get idle(): boolean {
    return this.#services.flusher.idle && Array.from(this.#connections).every((connection) => connection.idle)
  }

  /** no new transfer listener, and a farewell to everybody. */
  stop(): void {
    this.#stopping = true
    for (const connection of this.#connections) connection.disconnect('stopping')
  }

  /** For one listener: all its connections share what this makes. */
  acceptor(spec: ListenerSpec): Accept {
    const { protocol, dialect } = spec
    const host = this.#host(spec)
    return (stream, address) => {
      const id = `${protocol}-${++this.#lastId}` as ConnectionId
      const connection: AnyConnection = new Connection(id, address, stream, dialect, host)
      this.#connections.add(connection)
      this.#countUnauthenticated(protocol, 1)
      this.#services.logger.info({ connection: id, address: isLoopback(address) ? 'loopback' : address }, 'opened')
      connection.start()
      return connection
    }
  }

  async #openTransferListener(
    { protocol, host, tls }: ListenerSpec,
    dialect: Dialect<unknown, unknown>,
    { connections, from }: AllowList,
  ): Promise<Result<TransferListener, 'no-free-port'>> {
    const { first, last } = this.#services.limits.transferPorts ?? { first: 0, last: 0 }
    if (this.#stopping) return fail('no-free-port')
    let left = connections
    let close = (): void => {}
    const admits = (address: string): boolean => {
      if (left === 0 || !from.has(address)) return false
      if (--left === 0) close()
      return true
    }
    for (let port = first; port <= last; port++) {
      try {
        const listener = await this.#listen({ protocol: `${protocol}-transfer`, dialect, host, port, tls, admits })
        close = () => listener.close()
        return ok({ port: listener.port, close })
      } catch (error) {
        const { code = '' } = error as NodeJS.ErrnoException
        // Somebody else has that one: the next may be free. Anything else, such as no file
        // descriptor left, is true of all.
        if (code === 'EADDRINUSE' || code === 'EACCES') continue
        this.#services.logger.error({ protocol, problem: String(error) }, 'no transfer listener can be opened')
        break
      }
    }
    return fail('no-free-port')
  }

  #host(spec: ListenerSpec): ConnectionHost {
    const { protocol } = spec
    return {
      ...this.#services,
      unauthenticated: () => this.#unauthenticated.get(protocol) ?? 0,
      openTransferListener: (dialect, allowed) => this.#openTransferListener(spec, dialect, allowed),
      changed: (connection, what) => {
        if (what === 'signed-in') this.#countUnauthenticated(protocol, -1)
        if (what === 'signed-out') this.#countUnauthenticated(protocol, 1)
        if (what !== 'ended') return
        this.#countUnauthenticated(protocol, -1)
        this.#connections.delete(connection)
      },
    }
  }

  #countUnauthenticated(protocol: string, change: number): void {
    this.#unauthenticated.set(protocol, (this.#unauthenticated.get(protocol) ?? 0) + change)
  }
}
