import { ChatError, type Chat, type ChatErrorCode, type Link, type Tunnel } from '@parley/client'
import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { explain } from '../chat-errors.ts'
import { joinLink } from './join-link.ts'
import { Slots } from './slots.ts'

/** What the server allows a user (C-11). */
export const mostTunnels = 8
/** Connections that may wait for a tunnel. */
const mostWaiting = 256
/** How long to wait when the server takes no more requests for now, and how often in a row. */
const paceMs = 100
const mostPauses = 30

export interface EntranceOptions {
  readonly chat: Chat
  readonly user: string
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** What went wrong with one connection. */
  report(problem: string): void
}

export interface Entrance {
  readonly host: string
  readonly port: number
  /** Ends the listening and every connection. */
  close(): Promise<void>
}

/** A local port, each connection to which is carried through a tunnel of its own. Rejects with a ChatError of code `usage`. */
export function openEntrance(options: EntranceOptions): Promise<Entrance> {
  const { host, port } = options
  const visits = new Visits(options)
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => void visits.welcome(socket))
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(host, port, error)))
    server.listen({ host, port }, () => {
      const address = server.address()
      const chosen = typeof address === 'object' && address ? address.port : port
      resolve({ host, port: chosen, close: () => closeAll(server, visits) })
    })
  })
}

/** Refusals that may be over in a moment. */
const passing: ReadonlySet<ChatErrorCode> = new Set(['no-such-user', 'too-many-messages'])

class Visits {
  readonly #options: EntranceOptions
  readonly #slots = new Slots(mostTunnels)
  readonly #sockets = new Map<Socket, AbortController>()
  /** The server takes one unanswered request at a time from one user to another (C-5). */
  #asking: Promise<unknown> = Promise.resolve()
  #wasReached = false

  constructor(options: EntranceOptions) {
    this.#options = options
  }

  async welcome(socket: Socket): Promise<void> {
    const gone = new AbortController()
    this.#sockets.set(socket, gone)
    socket.on('error', () => {})
    socket.once('close', () => {
      this.#sockets.delete(socket)
      gone.abort(new ChatError('aborted', 'the connection to this port was closed'))
    })
    // Begins to read, so that a connection which breaks while it waits is noticed; it stops by itself at some kilobytes.
    socket.once('readable', () => {})
    if (this.#slots.waiting >= mostWaiting) return void socket.resetAndDestroy()
    const free = await this.#slots.take(gone.signal)
    if (!free) return
    try {
      await joinLink(socket, await this.#ask(gone.signal))
    } catch (error) {
      if (!(error instanceof ChatError)) throw error
      if (!gone.signal.aborted) this.#options.report(explain(error))
      socket.resetAndDestroy()
    } finally {
      free()
    }
  }

  end(): void {
    for (const socket of this.#sockets.keys()) socket.destroy()
  }

  async #ask(signal: AbortSignal): Promise<Link> {
    const asked = this.#asking.then(() => this.#askAtItsPace(signal))
    this.#asking = asked.catch(() => {})
    return (await asked).link
  }

  /**
   * The server limits how often a user may ask, and says of one request too many what it says of somebody who is not there (C-3): whoever was
   * reached before is asked again a little later.
   */
  async #askAtItsPace(signal: AbortSignal): Promise<Tunnel> {
    const { chat, user } = this.#options
    for (let pauses = 0; ; pauses++) {
      signal.throwIfAborted()
      try {
        const tunnel = await chat.tunnels.ask(user, { signal })
        this.#wasReached = true
        return tunnel
      } catch (error) {
        const mayPass = error instanceof ChatError && passing.has(error.code)
        if (!mayPass || !this.#wasReached) throw error
        this.#wasReached = pauses < mostPauses
        if (!this.#wasReached) throw error
      }
      await pause(paceMs, undefined, { signal }).catch(() => {})
    }
  }
}

function closeAll(server: Server, visits: Visits): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    visits.end()
  })
}

function cannotListen(host: string, port: number, { code }: NodeJS.ErrnoException): ChatError {
  const why: Readonly<Record<string, string>> = {
    EADDRINUSE: 'something listens there already; choose another port',
    EACCES: 'that needs more rights; choose a port from 1024 on',
    EADDRNOTAVAIL: 'that is no address of this machine',
    ENOTFOUND: 'there is no such host',
  }
  return new ChatError('usage', `cannot listen on ${host}:${port}: ${why[code ?? ''] ?? code}`)
}
