import { ChatError, type Chat, type Link } from '@parley/client'
import { setTimeout as pause } from 'node:timers/promises'
import { Slots } from './slots.ts'

/** What the server allows a user (C-11). */
export const mostTunnels = 8
/** How long to wait when the server takes no more requests at the moment, and how often in a row. */
const paceMs = 100
const mostPauses = 30

interface Asked {
  last: Promise<unknown>
  wasReached: boolean
}

/** All tunnels that one chat asks for: the server's limits are for those of a user together, whatever port they begin at. */
export class TunnelAsker {
  readonly #chat: Chat
  readonly #sealed: boolean
  readonly #slots = new Slots(mostTunnels)
  readonly #asked = new Map<string, Asked>()

  constructor(chat: Chat, { sealed = false }: { readonly sealed?: boolean } = {}) {
    this.#chat = chat
    this.#sealed = sealed
  }

  /** Connections that wait for one of the tunnels to end. */
  get waiting(): number {
    return this.#slots.waiting
  }

  /** The right to one tunnel; see `Slots.take`. */
  take(signal: AbortSignal): Promise<(() => void) | null> {
    return this.#slots.take(signal)
  }

  /** Rejects as `tunnels.ask` does. The server takes one unanswered request at a time from one user to another (C-5). */
  async ask(user: string, signal: AbortSignal): Promise<Link> {
    const name = user.toLowerCase()
    const asked = this.#asked.get(name) ?? { last: Promise.resolve(), wasReached: false }
    this.#asked.set(name, asked)
    const link = asked.last.then(() => this.#askAtItsPace(user, asked, signal))
    asked.last = link.catch(() => {})
    return link
  }

  /**
   * The server limits how often a user may ask, and says of one request too many what it says of somebody who is not there (C-3): whoever was
   * reached before is asked again a little later.
   */
  async #askAtItsPace(user: string, asked: Asked, signal: AbortSignal): Promise<Link> {
    for (let pauses = 0; ; pauses++) {
      if (signal.aborted) throw new ChatError('aborted', 'no tunnel is wanted any more')
      try {
        const { link } = await this.#chat.tunnels.ask(user, { signal, sealed: this.#sealed })
        asked.wasReached = true
        return link
      } catch (error) {
        const isAway = error instanceof ChatError && error.code === 'no-such-user'
        if (!isAway || !asked.wasReached) throw error
        asked.wasReached = pauses < mostPauses
        if (!asked.wasReached) throw error
      }
      await pause(paceMs, undefined, { signal }).catch(() => {})
    }
  }
}
