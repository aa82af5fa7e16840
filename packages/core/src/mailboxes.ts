import type { NameKey, UserName } from './names.ts'
import { keyOf } from './names.ts'
import type { Clock } from './ports/clock.ts'
import type { Letter, Store, StoreFailure } from './ports/store.ts'
import { done, ok, type Result } from './result.ts'
import type { Presence, Users } from './users.ts'

/** Letters read from the store at a time. */
const page = 100

/**
 * Bytes on their way to one connection, past which the rest waits until it has received them. Far below what an outbox
 * may hold: a full mailbox must not end the connection that comes to empty it.
 */
const windowBytes = 128 * 1024

/**
 * How far a connection has been served. `running`: a page is being read; `again`: a letter came meanwhile;
 * `underway`: bytes delivered and not yet received.
 */
interface Round {
  last: number
  running: boolean
  again: boolean
  underway: number
}

/**
 * Private messages that wait. Every letter to a registered user goes through the store; each of the user's
 * connections that has words for private messages is served from there, in order, each letter once, as long as the account is still theirs. A letter leaves
 * the store when one of them has received it, or when it is acknowledged by hand.
 */
export class Mailboxes {
  readonly #store: Store
  readonly #clock: Clock
  readonly #users: Users
  readonly #rounds = new WeakMap<Presence, Round>()

  constructor(store: Store, clock: Clock, users: Users) {
    this.#store = store
    this.#clock = clock
    this.#users = users
    users.watch({ arrived: (presence, user) => user.registered && void this.#serve(keyOf(user.name), presence) })
  }

  /** Durable when it answers, and on its way to whoever of the user's connections can hear it. */
  async put(
    to: UserName,
    from: UserName,
    text: string,
  ): Promise<Result<void, 'no-such-account' | 'mailbox-full' | StoreFailure>> {
    const stored = await this.#store.mailboxes.put(keyOf(to), { from, text, at: this.#clock.now() })
    if (!stored.ok) return stored
    const user = this.#users.find(to)
    if (user?.registered) for (const presence of user.presences) void this.#serve(keyOf(to), presence)
    return done
  }

  /** For protocols that fetch: the oldest waiting letter after the one with id `after`, or null. */
  async next(who: Presence, after = 0): Promise<Result<Letter | null, StoreFailure>> {
    const mine = await this.#users.holdsAccount(who)
    if (!mine.ok) return mine
    if (!mine.value) return ok(null)
    const letters = await this.#store.mailboxes.after(keyOf(who.name), after, 1)
    return letters.ok ? ok(letters.value[0] ?? null) : letters
  }

  /** The letter is gone for good when it answers. */
  acknowledge(who: Presence, id: number): Promise<Result<void, StoreFailure>> {
    return this.#store.mailboxes.remove(keyOf(who.name), [id])
  }

  /** Brings one connection up to date with the mailbox. */
  async #serve(key: NameKey, presence: Presence): Promise<void> {
    const round = this.#roundOf(presence)
    if (round.running) {
      round.again = true
      return
    }
    round.running = true
    do {
      round.again = false
      if (round.underway >= windowBytes) break
      const mine = await this.#users.holdsAccount(presence)
      if (!mine.ok || !mine.value) break
      const letters = await this.#store.mailboxes.after(key, round.last, page)
      // What cannot be read stays where it is: the next letter or the next sign-in tries again.
      if (!letters.ok || !this.#isHere(presence)) break
      if (!this.#deliver(key, presence, round, letters.value)) break
      if (letters.value.length === page) round.again = true
    } while (round.again)
    round.running = false
  }

  /** False: this protocol has no words for private messages. */
  #deliver(key: NameKey, presence: Presence, round: Round, letters: readonly Letter[]): boolean {
    const { subscriber, name: to } = presence
    const ids: number[] = []
    let size = 0
    let hasWords = true
    for (const { id, from, text } of letters) {
      if (round.underway + size >= windowBytes) break
      const bytes = subscriber.channel.wire.encode({ kind: 'private-message', from, to, text })
      hasWords = bytes !== null
      if (!bytes) break
      subscriber.deliver(bytes)
      round.last = id
      size += bytes.length
      ids.push(id)
    }
    if (ids.length > 0) this.#awaitReceipt(key, presence, round, ids, size)
    return hasWords
  }

  #awaitReceipt(key: NameKey, presence: Presence, round: Round, ids: readonly number[], size: number): void {
    round.underway += size
    presence.subscriber.whenReceived(() => {
      const wasFull = round.underway >= windowBytes
      round.underway -= size
      // A removal that fails is no loss: the letters come again at the next sign-in.
      void this.#store.mailboxes.remove(key, ids)
      if (wasFull && this.#isHere(presence)) void this.#serve(key, presence)
    })
  }

  /** False once it has signed out or ended: its connection may be somebody else's by now. */
  #isHere(presence: Presence): boolean {
    return presence.subscriber.open && (this.#users.find(presence.name)?.presences.has(presence) ?? false)
  }

  #roundOf(presence: Presence): Round {
    let round = this.#rounds.get(presence)
    if (!round) this.#rounds.set(presence, (round = { last: 0, running: false, again: false, underway: 0 }))
    return round
  }
}
