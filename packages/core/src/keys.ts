import { KeyQuestions, type KeyHolder, type KeySession } from './key-questions.ts'
import { keyOf, parseUserName, type NameKey, type UserName } from './names.ts'
import type { Clock } from './ports/clock.ts'
import { done, fail, ok, type Result } from './result.ts'
import type { Rate } from './settings.ts'
import { TokenBucket } from './token-bucket.ts'
import type { Presence, Users } from './users.ts'

/** Characters of a public key or a session key, past which it is not taken: they are kept in memory for whoever is here. */
const longestKey = 8_192
/** Per sign-in. Keys do not count against the rate of messages, and one public key is heard by many. */
const keyChangeRate: Rate = { burst: 5, perSecond: 0.1 }
const handOverRate: Rate = { burst: 20, perSecond: 5 }

/** How a connection takes part in sealed messages. */
export interface Sealing {
  /**
   * `pushed`: it gives its key unasked, and is given everybody's as soon as they are known. `asked`: it gives and gets
   * keys when they are needed.
   */
  readonly keys: 'pushed' | 'asked'
  /** Opaque. Between two of a kin a question is always passed on, never answered from memory (H-16, J-19). */
  readonly kin: symbol
  /** Whether its protocol can say this value to it, unaltered as it must be. */
  carries(what: 'key' | 'message', value: string): boolean
  /** Called synchronously, and never after signing out. */
  hear(notice: KeyNotice): void
}

/** Public keys, session keys and sealed messages are opaque strings: handed on, never opened, never altered. */
export type KeyNotice =
  /** Somebody needs this user's public key. `stamp`: the asker's own, to be given back, where the question was passed on. */
  | { readonly kind: 'key-wanted'; readonly by: UserName; readonly stamp: string | null }
  /** `to` is the one who hears it; `stamp` is the one it asked with. */
  | {
      readonly kind: 'key-known'
      readonly to: UserName
      readonly user: UserName
      readonly key: string
      readonly stamp: string | null
    }
  /** A question that got no answer. */
  | {
      readonly kind: 'key-missing'
      readonly user: UserName
      readonly stamp: string | null
      readonly why: 'no-such-user' | 'no-key'
    }
  | { readonly kind: 'session-key'; readonly from: UserName; readonly sessionKey: string }
  /** `sessionKey`: the one that was handed over last between the two, by whichever of them; null: none ever was. */
  | {
      readonly kind: 'sealed-message'
      readonly from: UserName
      readonly to: UserName
      readonly message: string
      readonly sessionKey: string | null
    }
  /** The other one of a pair that had a session key is gone, and the key with it. */
  | { readonly kind: 'session-over'; readonly with: UserName }

/** `no-key`: the user cannot take sealed messages, never gave a key, or cannot be told this one by its protocol. */
export type HandOverFailure = 'no-such-user' | 'to-yourself' | 'no-key' | 'key-too-long' | 'too-many-messages'
export type WantFailure = 'no-such-user' | 'to-yourself' | 'no-key' | 'too-many-messages'
export type SealedFailure = HandOverFailure | 'empty-text'

interface Pair {
  readonly from: KeyHolder
  readonly to: KeyHolder
}

/**
 * Sealed messages and their keys. Remembers, in memory and while both are here, each user's public key and one
 * session key per pair, the one that was handed over last in whichever direction.
 */
export class Keys {
  readonly #users: Users
  readonly #clock: Clock
  readonly #questions: KeyQuestions
  readonly #holders = new Map<NameKey, KeyHolder>()
  /** Those of the holders who must hold everybody's key, in the order of signing in. */
  readonly #gatherers = new Set<KeyHolder>()

  constructor(users: Users, clock: Clock) {
    this.#users = users
    this.#clock = clock
    this.#questions = new KeyQuestions(clock)
    users.watch({
      arrived: (presence) => presence.sealing && this.#arrive(presence, presence.sealing),
      departed: (presence) => this.#depart(presence),
    })
  }

  /**
   * A user's public key, given unasked, or in answer to a question of `answering.by`. The one given last counts, but a
   * new one that comes too soon after others is as if it had not been given.
   */
  publish(
    me: Presence,
    key: string,
    answering: { readonly by: string; readonly stamp: string | null } | null = null,
  ): Result<void, 'key-too-long'> {
    if (key.length > longestKey) return fail('key-too-long')
    const holder = this.#holderOf(me)
    if (!holder) return done
    const isNew = holder.publicKey !== key
    if (isNew && !holder.keyChanges.take()) return done
    holder.publicKey = key
    if (isNew) for (const gatherer of this.#gatherers) if (gatherer !== holder) push(holder, key, gatherer)
    this.#questions.answered(holder, key, answering)
    return done
  }

  /** The answer comes as a notice, `key-known` or `key-missing`, within 10 s; at once where the key is known. */
  want(me: Presence, to: string, stamp: string | null = null): Result<void, WantFailure> {
    const pair = this.#pair(me, to)
    return pair.ok ? this.#questions.want(pair.value.from, pair.value.to, stamp) : pair
  }

  /** A session key ahead of the messages that need it. Answers the receiver's name as it was taken. */
  handOver(me: Presence, to: string, sessionKey: string): Result<UserName, HandOverFailure> {
    const pair = this.#pair(me, to)
    if (!pair.ok) return pair
    if (sessionKey.length > longestKey) return fail('key-too-long')
    if (!canTakeKey(pair.value, sessionKey)) return fail('no-key')
    if (!pair.value.from.handOvers.take()) return fail('too-many-messages')
    remember(pair.value, sessionKey)
    const { presence, sealing } = pair.value.to
    sealing.hear({ kind: 'session-key', from: me.name, sessionKey })
    return ok(presence.name)
  }

  /**
   * `sessionKey` null: under the key that the two have; empty: without one, which is refused. Never waits in a mailbox:
   * it would be read by nobody. Answers the receiver's name as it was taken.
   */
  send(me: Presence, to: string, message: string, sessionKey: string | null): Result<UserName, SealedFailure> {
    const pair = this.#pair(me, to)
    if (!pair.ok) return pair
    if (sessionKey !== null && sessionKey.length > longestKey) return fail('key-too-long')
    const key = sessionKey ?? pair.value.from.sessions.get(pair.value.to)?.sessionKey ?? null
    if (!canTakeKey(pair.value, key)) return fail('no-key')
    if (message === '') return fail('empty-text')
    if (!pair.value.to.sealing.carries('message', message)) return fail('no-key')
    if (!this.#users.find(me.name)?.messages.take()) return fail('too-many-messages')
    if (sessionKey !== null) remember(pair.value, sessionKey)
    const { presence, sealing } = pair.value.to
    sealing.hear({ kind: 'sealed-message', from: me.name, to: presence.name, message, sessionKey: key })
    return ok(presence.name)
  }

  /** Whether a session key has passed between the two while both were here. */
  haveSession(me: Presence, to: string): boolean {
    const pair = this.#pair(me, to)
    return pair.ok && pair.value.from.sessions.has(pair.value.to)
  }

  hasPublished(me: Presence): boolean {
    return typeof this.#holderOf(me)?.publicKey === 'string'
  }

  #arrive(presence: Presence, sealing: Sealing): void {
    const newcomer: KeyHolder = {
      presence,
      sealing,
      publicKey: null,
      answer: 'not-asked',
      stopWaiting: () => {},
      questions: new Set(),
      asking: new Set(),
      sessions: new Map(),
      keyChanges: new TokenBucket(keyChangeRate, this.#clock),
      handOvers: new TokenBucket(handOverRate, this.#clock),
    }
    if (sealing.keys === 'pushed') this.#gather(newcomer)
    // The gatherer who is here longest is the first who needs it, and asks.
    const [asker] = this.#gatherers
    if (asker && sealing.keys === 'asked') this.#questions.ask(newcomer, asker.presence.name)
    this.#holders.set(keyOf(presence.name), newcomer)
  }

  /** The keys that are known so far, and a question to those who have not been asked for theirs. */
  #gather(newcomer: KeyHolder): void {
    for (const other of this.#holders.values()) {
      if (other.publicKey !== null) push(other, other.publicKey, newcomer)
      else if (other.sealing.keys === 'asked') this.#questions.ask(other, newcomer.presence.name)
    }
    this.#gatherers.add(newcomer)
  }

  #depart(presence: Presence): void {
    const leaver = this.#holderOf(presence)
    if (!leaver) return
    this.#holders.delete(keyOf(presence.name))
    this.#gatherers.delete(leaver)
    this.#questions.forget(leaver)
    for (const other of leaver.sessions.keys()) {
      other.sessions.delete(leaver)
      other.sealing.hear({ kind: 'session-over', with: presence.name })
    }
  }

  #pair(me: Presence, to: string): Result<Pair, 'no-such-user' | 'to-yourself' | 'no-key'> {
    const name = parseUserName(to)
    const user = name.ok ? this.#users.find(name.value) : undefined
    if (!user) return fail('no-such-user')
    const key = keyOf(user.name)
    if (key === keyOf(me.name)) return fail('to-yourself')
    const holder = this.#holders.get(key)
    const from = this.#holderOf(me)
    if (!holder || !from) return fail('no-key')
    // Its connection has ended, and its session is about to notice.
    if (!holder.presence.subscriber.open) return fail('no-such-user')
    return ok({ from, to: holder })
  }

  /** Undefined once it has left, when the name may be somebody else's. */
  #holderOf(presence: Presence): KeyHolder | undefined {
    const holder = this.#holders.get(keyOf(presence.name))
    return holder?.presence === presence ? holder : undefined
  }
}

/** To a gatherer. */
function push(owner: KeyHolder, key: string, { sealing, presence }: KeyHolder): void {
  if (!sealing.carries('key', key)) return
  sealing.hear({ kind: 'key-known', to: presence.name, user: owner.presence.name, key, stamp: null })
}

/** Whoever has a session with the sender can read it, also where the server never learned its public key. */
function canTakeKey({ from, to }: Pair, sessionKey: string | null): boolean {
  const isPushed = to.sealing.keys === 'pushed'
  if (sessionKey === null) return isPushed && to.publicKey !== null // I-14
  if (sessionKey === '' || !to.sealing.carries('key', sessionKey)) return false
  if (to.publicKey !== null) return true
  const session = to.sessions.get(from)
  // Who gives its key unasked and did not give it has none, unless a session key of its own says otherwise.
  return isPushed ? session?.handedOverBy.has(to) === true : session !== undefined || to.answer !== 'never-came'
}

function remember({ from, to }: Pair, sessionKey: string): void {
  const session: KeySession = from.sessions.get(to) ?? { sessionKey, handedOverBy: new Set() }
  session.sessionKey = sessionKey
  session.handedOverBy.add(from)
  from.sessions.set(to, session)
  to.sessions.set(from, session)
}
