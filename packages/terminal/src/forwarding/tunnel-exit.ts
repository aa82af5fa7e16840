import { ChatError, type TunnelRequest } from '@parley/client'
import { connect, type Socket } from 'node:net'
import { explain } from '../chat-errors.ts'
import { cleanLine } from '@parley/client/conversations'
import { joinLink } from './join-link.ts'
import { Slots } from './slots.ts'
import type { Target } from './target.ts'
import { mostTunnels } from './tunnel-asker.ts'

export interface ExitOptions {
  readonly target: Target
  report(problem: string): void
  /** Both sides have to say so. */
  readonly sealed?: boolean | undefined
}

/** Where tunnels come out: each request is accepted once a connection to the target stands, and declined when there is none. */
export class TunnelExit {
  readonly target: Target
  readonly #report: (problem: string) => void
  readonly #sealed: boolean
  readonly #slots = new Slots(mostTunnels)
  readonly #closing = new AbortController()
  readonly #sockets = new Set<Socket>()
  #open = 0

  constructor({ target, report, sealed = false }: ExitOptions) {
    this.#sealed = sealed
    this.target = target
    this.#report = report
  }

  /** Tunnels that lead there now. */
  get open(): number {
    return this.#open
  }

  /** Resolves when the tunnel is over; `opened` is called once it stands. Never rejects for what the others do. */
  async pass(request: TunnelRequest, opened: () => void = () => {}): Promise<void> {
    // An unanswered request ends by itself; more than these would wait in vain.
    if (this.#slots.waiting >= mostTunnels) return decline(request)
    const free = await this.#slots.take(this.#closing.signal)
    if (!free) return
    try {
      const socket = await this.#reach()
      if (!socket) return await decline(request)
      try {
        const { link } = await request.accept({ sealed: this.#sealed })
        this.#open++
        opened()
        await joinLink(socket, link).finally(() => this.#open--)
      } catch (error) {
        socket.destroy()
        throw error
      }
    } catch (error) {
      if (!(error instanceof ChatError)) throw error
      if (!this.#closing.signal.aborted) this.#report(`${cleanLine(request.from)}: ${explain(error)}`)
    } finally {
      free()
    }
  }

  close(): void {
    this.#closing.abort()
    for (const socket of this.#sockets) socket.destroy()
  }

  /** null: nobody listens there. */
  #reach(): Promise<Socket | null> {
    const { host, port } = this.target
    return new Promise((resolve) => {
      const socket = connect({ host, port, allowHalfOpen: true, noDelay: true })
      this.#sockets.add(socket)
      let reached = false
      socket.once('connect', () => {
        reached = true
        resolve(socket)
      })
      socket.on('error', ({ code, message }: NodeJS.ErrnoException) => {
        if (reached) return
        const why = code === 'ECONNREFUSED' ? 'nobody listens there' : message
        this.#report(`cannot reach ${host}:${port}: ${why}; a tunnel was declined`)
      })
      socket.once('close', () => {
        this.#sockets.delete(socket)
        resolve(null)
      })
    })
  }
}

/** Declining fails only where there is nothing to decline any more. */
async function decline(request: TunnelRequest): Promise<void> {
  await request.decline().catch(() => {})
}
