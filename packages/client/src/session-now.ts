import type { ChatError } from './chat-error.ts'
import type { ClientSession } from './client-protocol.ts'

/** The session of a chat over one connection after another, for whoever goes on over the next one. */
export class SessionNow {
  #now: ClientSession | undefined
  #next = nobodyNeedsToHear()

  /** The one that there is, or the next one. Rejects when there will be none. */
  promise(): Promise<ClientSession> {
    return this.#now ? Promise.resolve(this.#now) : this.#next.promise
  }

  come(session: ClientSession): void {
    this.#now = session
    this.#next.resolve(session)
    this.#next = nobodyNeedsToHear()
  }

  gone(): void {
    this.#now = undefined
  }

  /** There will be none any more. */
  end(why: ChatError): void {
    this.#now = undefined
    this.#next.reject(why)
  }
}

function nobodyNeedsToHear(): PromiseWithResolvers<ClientSession> {
  const next = Promise.withResolvers<ClientSession>()
  next.promise.catch(() => {})
  return next
}
