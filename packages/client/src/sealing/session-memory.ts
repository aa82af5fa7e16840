import { hexOf } from './binding.ts'
import type { Bytes } from './hpke.ts'
import type { Session, Tail } from './parley-2.ts'
import type { TrustStore } from './trust.ts'

/** A session lasts an hour at most; what is older than this was held back, or is sent again. */
export const staleMs = 7 * 24 * 3_600_000
const mostSessions = 10_000
/** Counters of one session that are remembered as missing. */
const mostMissing = 100

/**
 * What a message is beside those that came before it. `missing`: so many never came. `late`: later ones came
 * before it. `withdrawn`: its sender was told that it had not been taken.
 */
export type Verdict =
  | { readonly is: 'next'; readonly missing: number }
  | { readonly is: 'late' }
  | { readonly is: 'replayed' }
  | { readonly is: 'withdrawn' }
  | { readonly is: 'stale' }

interface Received {
  readonly madeAt: number
  readonly sender: string
  next: number
  missing: readonly number[]
  /** How many its sender counts, where another session has followed it. */
  count: number | null
}

/**
 * Which messages of which sessions came, and how far own sessions went. It outlives a connection, and
 * through the trust store the program: a server that makes everybody sign in anew gains nothing by it.
 */
export class SessionMemory {
  readonly #trust: TrustStore
  readonly #received = new Map<string, Received>()
  readonly #heard = new Set<string>()
  readonly #tails = new Map<string, Tail>()
  #loading: Promise<void> | undefined
  /** Sessions from before this are not known any more. */
  #floor = 0

  constructor(trust: TrustStore) {
    this.#trust = trust
  }

  /** The last session that this user wrote to another in. */
  tail(user: string): Tail | null {
    return this.#tails.get(user.toLowerCase()) ?? null
  }

  setTail(user: string, tail: Tail): void {
    this.#tails.set(user.toLowerCase(), tail)
    const [oldest = ''] = this.#tails.keys()
    if (this.#tails.size > mostSessions) this.#tails.delete(oldest)
  }

  /**
   * Judges a message that was opened, and remembers it. Rejects where the place that remembers it
   * fails: such a message is not to be shown as new.
   */
  async judge(
    session: Pick<Session, 'id' | 'madeAt' | 'previous'>,
    sender: Bytes,
    counter: number,
    now: number,
  ): Promise<Verdict> {
    await (this.#loading ??= this.#load(now).catch(this.#notLoaded))
    const known = this.#received.get(session.id)
    if (known) return this.#next(session.id, known, counter)
    if (session.madeAt <= this.#floor || session.madeAt < now - staleMs) return { is: 'stale' }
    const received: Received = { madeAt: session.madeAt, sender: hexOf(sender), next: 0, missing: [], count: null }
    const before = this.#missingBefore(session.previous, received.sender)
    this.#keep(session.id, received)
    const verdict = await this.#next(session.id, received, counter)
    return verdict.is === 'next' ? { is: 'next', missing: verdict.missing + before } : verdict
  }

  async #next(id: string, received: Received, counter: number): Promise<Verdict> {
    const { next, missing, count } = received
    if (counter < next && !missing.includes(counter)) return { is: 'replayed' }
    if (count !== null && counter >= count) return { is: 'withdrawn' }
    const skipped = Math.max(0, counter - next)
    const added = Array.from({ length: Math.min(skipped, mostMissing) }, (_, at) => counter - 1 - at)
    received.missing = [...missing.filter((each) => each !== counter), ...added].slice(-mostMissing)
    received.next = Math.max(next, counter + 1)
    const { madeAt, sender } = received
    await this.#trust.markReceived({ id, sender, madeAt, next: received.next, missing: received.missing })
    return counter < next || count !== null ? { is: 'late' } : { is: 'next', missing: skipped }
  }

  /** How many messages of the session before it never came, as far as this user was here for it. */
  #missingBefore(previous: Tail | null, sender: string): number {
    if (!previous) return 0
    const received = this.#received.get(previous.id)
    if (!received) return this.#heard.has(sender) ? previous.count : 0
    if (received.count !== null) return 0
    received.count = previous.count
    return Math.max(0, previous.count - received.next)
  }

  #keep(id: string, received: Received): void {
    this.#received.set(id, received)
    this.#heard.add(received.sender)
    if (this.#received.size <= mostSessions) return
    for (const [oldest, { madeAt }] of this.#received) {
      this.#floor = Math.max(this.#floor, madeAt)
      this.#received.delete(oldest)
      if (this.#received.size <= mostSessions) return
    }
  }

  /** The next message tries again. */
  readonly #notLoaded = (error: unknown): never => {
    this.#loading = undefined
    throw error
  }

  async #load(now: number): Promise<void> {
    for (const { id, ...mark } of await this.#trust.receivedMarks()) {
      if (mark.madeAt >= now - staleMs) this.#received.set(id, { ...mark, count: null })
    }
  }
}
