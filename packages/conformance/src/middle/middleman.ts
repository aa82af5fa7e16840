import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Address } from '../target.ts'

export type Side = 'client' | 'server'

/** What passes in the middle. `connection` counts from 1. */
export type Passed =
  | { readonly kind: 'opened'; readonly connection: number }
  | { readonly kind: 'said'; readonly connection: number; readonly by: Side; readonly bytes: Uint8Array }
  /** This side ended its half; `broken`: by a reset. */
  | { readonly kind: 'ended'; readonly connection: number; readonly by: Side; readonly broken: boolean }
  | { readonly kind: 'unreachable'; readonly connection: number; readonly problem: string }
  | { readonly kind: 'closed'; readonly connection: number }

/**
 * Stands between clients and a server: passes every byte on as it came, with back-pressure and
 * half-closed connections, and tells what passes. Clients come without TLS.
 */
export class Middleman {
  readonly #server: Server
  readonly #upstream: Address
  readonly #tell: (passed: Passed) => void
  readonly #sockets = new Set<Socket>()
  #count = 0
  #stopping = false

  private constructor(upstream: Address, tell: (passed: Passed) => void) {
    this.#upstream = upstream
    this.#tell = tell
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => void this.#join(client))
  }

  /** Rejects with the system's error where the port cannot be had. 0: any free one. */
  static async listen(
    where: { readonly host: string; readonly port: number },
    upstream: Address,
    tell: (passed: Passed) => void,
  ): Promise<Middleman> {
    const middleman = new Middleman(upstream, tell)
    middleman.#server.listen(where)
    await once(middleman.#server, 'listening')
    return middleman
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Ends all connections at once, and takes no more. */
  async stop(): Promise<void> {
    this.#stopping = true
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  async #join(client: Socket): Promise<void> {
    const connection = ++this.#count
    this.#keep(client)
    client.pause()
    this.#tell({ kind: 'opened', connection })
    const server = await this.#dial()
    if (typeof server === 'string') {
      this.#tell({ kind: 'unreachable', connection, problem: server })
      client.destroy()
      this.#tell({ kind: 'closed', connection })
      return
    }
    this.#keep(server)
    this.#pass(connection, 'client', client, server)
    this.#pass(connection, 'server', server, client)
    await Promise.all([closeOf(client), closeOf(server)])
    this.#tell({ kind: 'closed', connection })
  }

  /** Why nobody can be reached, or the connection. */
  async #dial(): Promise<Socket | string> {
    const { host, port, tls } = this.#upstream
    const dialled = tls
      ? (await import('node:tls')).connect({ host, port, ...tls })
      : connect({ host, port, noDelay: true, allowHalfOpen: true })
    return await new Promise((resolve) => {
      dialled.once('error', (error) => resolve(error.message))
      dialled.once(tls ? 'secureConnect' : 'connect', () => resolve(dialled))
    })
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => this.#sockets.delete(socket))
  }

  #pass(connection: number, by: Side, from: Socket, to: Socket): void {
    let over = false
    const end = (broken: boolean) => {
      if (over || this.#stopping) return
      over = true
      this.#tell({ kind: 'ended', connection, by, broken })
      if (broken) to.resetAndDestroy()
      else to.end()
    }
    from.on('data', (bytes) => {
      this.#tell({ kind: 'said', connection, by, bytes })
      if (!to.write(bytes)) from.pause()
    })
    to.on('drain', () => from.resume())
    from.once('end', () => end(false))
    from.once('error', () => end(true))
    from.once('close', () => {
      if (!to.writableEnded) end(false)
    })
    from.resume()
  }
}

async function closeOf(socket: Socket): Promise<void> {
  if (!socket.closed) await once(socket, 'close').catch(() => {})
}
