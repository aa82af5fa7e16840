import { ChatError } from '@parley/client'
import { createServer, type Server, type Socket } from 'node:net'
import { explain } from '../chat-errors.ts'
import { joinLink } from './join-link.ts'
import type { TunnelAsker } from './tunnel-asker.ts'

/** Connections that may wait for a tunnel. */
const mostWaiting = 256

export interface EntranceOptions {
  readonly asker: TunnelAsker
  readonly user: string
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** What went wrong with one connection. */
  report(problem: string): void
  /** What became of one connection: first `asked`, then `accepted` and at last `ended`, or `failed`. */
  step?(step: TunnelStep): void
}

export type TunnelStep = 'asked' | 'accepted' | 'ended' | 'failed'

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

class Visits {
  readonly #options: EntranceOptions
  readonly #sockets = new Map<Socket, AbortController>()

  constructor(options: EntranceOptions) {
    this.#options = options
  }

  async welcome(socket: Socket): Promise<void> {
    const { asker, user, report, step = () => {} } = this.#options
    const gone = new AbortController()
    this.#sockets.set(socket, gone)
    socket.on('error', () => {})
    socket.once('close', () => {
      this.#sockets.delete(socket)
      gone.abort(new ChatError('aborted', 'the connection to this port was closed'))
    })
    // Begins to read, so that a connection which breaks while it waits is noticed; it stops by itself at some kilobytes.
    socket.once('readable', () => {})
    if (asker.waiting >= mostWaiting) return void socket.resetAndDestroy()
    const free = await asker.take(gone.signal)
    if (!free) return
    step('asked')
    try {
      const link = await asker.ask(user, gone.signal)
      step('accepted')
      await joinLink(socket, link)
      step('ended')
    } catch (error) {
      step('failed')
      if (!(error instanceof ChatError)) throw error
      if (!gone.signal.aborted) report(explain(error))
      socket.resetAndDestroy()
    } finally {
      free()
    }
  }

  end(): void {
    for (const socket of this.#sockets.keys()) socket.destroy()
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
