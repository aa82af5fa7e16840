import { newProgram } from './beginning.ts'
import { hexOf } from './binding.ts'
import type { Bytes } from './hpke.ts'
import type { Session, Tail } from './parley-2.ts'
import type { ReceivedMark, TrustStore } from './trust.ts'

/** A session lasts an hour at most; what is older than this was held back, or is sent again. */
export const staleMs = 7 * 24 * 3_600_000
const mostSessions = 10_000
/** Programs of others that are remembered in each conversation. */
const mostPrograms = 10_000
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

/** A message that was opened. */
export interface ReceivedMessage {
  readonly session: Pick<Session, 'id' | 'madeAt' | 'previous'> & Partial<Pick<Session, 'program'>>
  readonly sender: Bytes
  readonly counter: number
  /** The group in which it was said; absent: between two users. */
  readonly group?: string
  /** It was written before this program listened: its server keeps it, and gives it when asked. */
  readonly isPast?: boolean
}

interface Received {
  readonly madeAt: number
  readonly sender: string
  next: number
  missing: readonly number[]
  /** How many its sender counts, where another session has followed it. */
  count: number | null
  /** What came to this program itself, and not only to another one of this user. */
  readonly seen: Set<number>
}

/**
 * Which messages of which sessions came, and how far own sessions went. It outlives a connection, and
 * through the trust store the program: a server that makes everybody sign in anew gains nothing by it.
 * Several programs of a user may have one store: each hears everything, and none takes what another
 * one has received for a repetition.
 */
export class SessionMemory {
  /** What tells the sessions of this program from those that this user begins elsewhere. */
  readonly program: number = newProgram()
  readonly #trust: TrustStore
  readonly #received = new Map<string, Received>()
  /** Programs of other users, each in one conversation, of which something came. */
  readonly #heard = new Map<string, Set<string>>()
  readonly #tails = new Map<string, Tail>()
  #loading: Promise<void> | undefined
  /** Sessions from before this are not known any more. */
  #floor = 0

  constructor(trust: TrustStore) {
    this.#trust = trust
  }

  /**
   * Reads what came to earlier programs. To be done before signing in: what another program
   * receives from then on is heard here as well.
   */
  load(now: number): Promise<void> {
    return (this.#loading ??= this.#load(now))
  }

  /** The last session that this user wrote to another in, from this program. */
  tail(user: string): Tail | null {
    return this.#tails.get(user.toLowerCase()) ?? null
  }

  setTail(user: string, tail: Tail): void {
    this.#tails.set(user.toLowerCase(), tail)
    const [oldest = ''] = this.#tails.keys()
    if (this.#tails.size > mostSessions) this.#tails.delete(oldest)
  }

  /** This user left a group: what is said there meanwhile is not missing later. */
  leave(group: string): void {
    this.#heard.delete(group.toLowerCase())
  }

  /**
   * Judges a message that was opened, and remembers it. Rejects where the place that remembers it
   * fails: such a message is not to be shown as new. What is past is replayed only if it came to
   * this very program before, and is never stale.
   */
  async judge(message: ReceivedMessage, now: number): Promise<Verdict> {
    await this.load(now)
    const { session, sender, counter, group = '', isPast = false } = message
    const known = this.#received.get(session.id)
    if (known) return this.#next(session.id, known, counter, isPast)
    if (!isPast && (session.madeAt <= this.#floor || session.madeAt < now - staleMs)) return { is: 'stale' }
    const writer = hexOf(sender)
    const isFollowed = this.#isFollowed(message, writer)
    const before = await this.#missingBefore(session.previous, isFollowed)
    // Of a program that was never heard nobody knows how much it said before.
    const next = isFollowed ? 0 : counter
    const received = { madeAt: session.madeAt, sender: writer, next, missing: [], count: null, seen: new Set<number>() }
    this.#keep(session.id, received)
    this.#hear(group, `${writer} ${session.program ?? 0}`)
    const verdict = await this.#next(session.id, received, counter, isPast)
    return verdict.is === 'next' ? { is: 'next', missing: verdict.missing + before } : verdict
  }

  async #next(id: string, received: Received, counter: number, isPast: boolean): Promise<Verdict> {
    const { next, missing, count, seen } = received
    const isMissing = missing.includes(counter)
    if (isPast ? seen.has(counter) : counter < next && !isMissing) return { is: 'replayed' }
    if (!isPast && count !== null && counter >= count) return { is: 'withdrawn' }
    const { skipped, known } = await this.#skipped(id, next, counter)
    received.missing = [...missing.filter((each) => each !== counter), ...known].slice(-mostMissing)
    received.next = Math.max(next, counter + 1)
    seen.add(counter)
    const { madeAt, sender } = received
    await this.#trust.markReceived({ id, sender, madeAt, next: received.next, missing: received.missing })
    const isLate = isPast ? isMissing : counter < next || count !== null
    return isLate ? { is: 'late' } : { is: 'next', missing: skipped }
  }

  /** Those from `next` on that came to no program of this user, and the last ones of them. */
  async #skipped(
    id: string,
    next: number,
    end: number,
  ): Promise<{ readonly skipped: number; readonly known: readonly number[] }> {
    if (end <= next) return { skipped: 0, known: [] }
    const elsewhere = await this.#elsewhere(id)
    const from = Math.max(next, elsewhere?.next ?? 0)
    const between = (elsewhere?.missing ?? []).filter((each) => each >= next && each < end)
    const skipped = Math.max(0, end - from)
    const last = Array.from({ length: Math.min(skipped, mostMissing) }, (_, at) => end - 1 - at)
    return { skipped: skipped + between.length, known: [...between, ...last] }
  }

  /** How many messages of the session before it never came, as far as this user was here for it. */
  async #missingBefore(previous: Tail | null, isFollowed: boolean): Promise<number> {
    if (!previous) return 0
    const received = this.#received.get(previous.id)
    if (!received && !isFollowed) return 0
    if (received && received.count !== null) return 0
    if (received) received.count = previous.count
    const { skipped } = await this.#skipped(previous.id, received?.next ?? 0, previous.count)
    return skipped
  }

  /** Whether something came that the same program wrote before in the same conversation. */
  #isFollowed({ session: { previous, program = 0 }, group = '' }: ReceivedMessage, writer: string): boolean {
    return (previous !== null && this.#received.has(previous.id)) || this.#heardIn(group).has(`${writer} ${program}`)
  }

  #heardIn(group: string): Set<string> {
    const name = group.toLowerCase()
    let heard = this.#heard.get(name)
    if (!heard) this.#heard.set(name, (heard = new Set()))
    return heard
  }

  /** A server that makes up programs must not fill the memory. */
  #hear(group: string, program: string): void {
    const heard = this.#heardIn(group)
    heard.add(program)
    const [oldest = ''] = heard
    if (heard.size > mostPrograms) heard.delete(oldest)
  }

  /** How far another program of this user came with that session. */
  async #elsewhere(id: string): Promise<ReceivedMark | undefined> {
    const marks = await this.#trust.receivedMarks()
    return marks.find((mark) => mark.id === id)
  }

  #keep(id: string, received: Received): void {
    this.#received.set(id, received)
    if (this.#received.size <= mostSessions) return
    for (const [oldest, { madeAt }] of this.#received) {
      this.#floor = Math.max(this.#floor, madeAt)
      this.#received.delete(oldest)
      if (this.#received.size <= mostSessions) return
    }
  }

  async #load(now: number): Promise<void> {
    for (const { id, ...mark } of await this.#trust.receivedMarks()) {
      if (mark.madeAt >= now - staleMs) this.#received.set(id, { ...mark, count: null, seen: new Set() })
    }
  }
}
