import { isSame } from './binding.ts'
import type { Bytes } from './hpke.ts'
import {
  messageHead,
  newSession,
  openMessage,
  openSession,
  sealMessage,
  type Reader,
  type Session,
  type SessionStart,
  type Tail,
  type Writer,
} from './parley-2.ts'

/** After so many messages, or so long, a new session begins: what one key opens is bounded. */
export const messagesPerSession = 100
export const sessionMs = 3_600_000
/** Sessions of the other side that are kept. Whoever begins more must not fill the memory. */
const mostSessions = 64

interface OwnSession {
  readonly session: Session
  readonly token: string
  readonly to: Bytes
  count: number
}

interface TheirSession {
  readonly session: Session
  readonly sender: Bytes
}

/** How a message goes out; rejects when the server did not take it. */
export type Transmit = (message: string, token: string, isFresh: boolean) => Promise<void>

/** The sessions of `parley-2` with one user: one that this user writes in, and those that came. */
export class PeerSessions {
  readonly #now: () => number
  #own: OwnSession | null = null
  readonly #ownTokens = new Set<string>()
  readonly #theirs = new Map<string, TheirSession>()
  readonly #tokens = new Set<string>()

  constructor(now: () => number) {
    this.#now = now
  }

  get size(): number {
    return this.#theirs.size + this.#ownTokens.size
  }

  /**
   * false: nothing can be sealed for that key. A message that was not taken ends the session: no
   * counter is used twice, and the next session says how many there were.
   */
  async send(
    from: Writer,
    to: Reader,
    text: string,
    start: Omit<SessionStart, 'madeAt'>,
    transmit: Transmit,
  ): Promise<Tail | null> {
    const own = this.#usable(to.publicKey) ?? (await this.#begin(from, to, start))
    if (!own) return null
    const message = await sealMessage(own.session, own.count, text)
    try {
      await transmit(message, own.token, own.count === 0)
    } catch (error) {
      this.retire()
      throw error
    }
    own.count++
    return { id: own.session.id, count: own.count }
  }

  /** The other side does not have the key any more (H-16), or may have none of what was sent. */
  retire(): void {
    this.#own = null
  }

  /** Whether a session key is one's own, or came before. */
  knows(token: string): boolean {
    return this.#ownTokens.has(token) || this.#tokens.has(token)
  }

  /** false: it is no session that the holder of that key began with this user. */
  async learn(token: string, from: Reader, me: Writer): Promise<boolean> {
    const session = await openSession(token, from, me)
    if (!session) return false
    this.#theirs.set(session.id, { session, sender: from.publicKey })
    this.#tokens.add(token)
    this.#forgetOldest(this.#theirs)
    this.#forgetOldest(this.#tokens)
    return true
  }

  /** null: it belongs to no session that is known. */
  async open(
    message: string,
  ): Promise<(TheirSession & { readonly text: string | null; readonly counter: number }) | null> {
    const head = messageHead(message)
    const found = head && this.#theirs.get(head.id)
    return found ? { ...found, text: await openMessage(found.session, message), counter: head.counter } : null
  }

  /** What was sealed with another key than this one is opened no more. */
  keepOnly(sender: Bytes): void {
    for (const [id, theirs] of this.#theirs) if (!isSame(theirs.sender, sender)) this.#theirs.delete(id)
  }

  #usable(to: Bytes): OwnSession | null {
    const own = this.#own
    if (!own || !isSame(own.to, to)) return null
    const isWorn = own.count >= messagesPerSession || this.#now() - own.session.madeAt >= sessionMs
    return isWorn ? null : own
  }

  async #begin(from: Writer, to: Reader, start: Omit<SessionStart, 'madeAt'>): Promise<OwnSession | null> {
    const made = await newSession(from, to, { madeAt: this.#now(), ...start })
    if (!made) return null
    this.#own = { ...made, to: to.publicKey, count: 0 }
    this.#ownTokens.add(made.token)
    this.#forgetOldest(this.#ownTokens)
    return this.#own
  }

  #forgetOldest(kept: Map<string, unknown> | Set<string>): void {
    const [oldest = ''] = kept.keys()
    if (kept.size > mostSessions) kept.delete(oldest)
  }
}
