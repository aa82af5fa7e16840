import { hasForm } from './capabilities.ts'
import type { Effects } from './effects.ts'
import type { Entry } from './entry.ts'
import type { KeptBytes } from './kept-bytes.ts'
import type { KeyHolder, KeySession } from './key-holder.ts'
import { KeyRequests, type Answering, type SavedRequests } from './key-requests.ts'
import { LazyMap } from './lazy-map.ts'
import { sameName, type ConnectionId, type UserName } from './names.ts'
import type { Rated } from './rated.ts'
import { fail, ok, type Result } from './result.ts'
import type { OnlineConnection, Users } from './users.ts'

/**
 * Characters of a public key or a session key. A longer one is not taken: keys are kept in memory.
 */
const longestKey = 8_192

interface ToUser<D> {
  readonly do: D
  readonly connection: ConnectionId
  readonly to: UserName
}
export type KeyCommand =
  /** `answering`: to whose request this is the answer; null: it is given unasked. */
  | ({
      readonly do: 'key.publish'
      readonly connection: ConnectionId
      readonly key: string
      readonly answering: Answering | null
    } & Rated)
  | (ToUser<'key.request'> & Rated & { readonly correlationId: string | null })
  | (ToUser<'session-key.send'> & Rated & { readonly sessionKey: string })
  /** `sessionKey` null: under the key that the two have; empty: without one, which is refused. */
  | (ToUser<'sealed.send'> & Rated & { readonly message: string; readonly sessionKey: string | null })
type Command<D> = Extract<KeyCommand, { do: D }>

type PairFailure = 'gone' | 'no-such-user' | 'to-yourself' | 'no-key'
export interface KeyResults {
  /**
   * Whether it is another key than the one before. One that comes too soon after others, or that
   * there is no room for, is as if it had not been given.
   */
  'key.publish': Result<{ readonly isNew: boolean }, 'gone' | 'key-too-long'>
  /** The answer is an event, `public-key` or `key-missing`, within 10 s. */
  'key.request': Result<void, PairFailure | 'too-many-messages'>
  /** Success has the receiver's name in the case that it is shown in. */
  'session-key.send': Result<UserName, PairFailure | 'key-too-long' | 'too-many-messages'>
  'sealed.send': Result<UserName, PairFailure | 'key-too-long' | 'empty-text' | 'too-many-messages'>
}

export interface SavedKeys {
  readonly holders: readonly {
    readonly connection: ConnectionId
    readonly publicKey: string | null
    readonly answer: KeyHolder['answer']
  }[]
  readonly sessions: readonly {
    readonly of: readonly [ConnectionId, ConnectionId]
    readonly since: number
    readonly sessionKey: string
    readonly share: string
    readonly sentBy: readonly ConnectionId[]
  }[]
  readonly requests: SavedRequests
}

interface Pair {
  readonly from: KeyHolder
  readonly to: KeyHolder
}

/**
 * Sealed messages and their keys. Remembers, while both are here, each user's public key and
 * one session key per pair: the one that was sent last, in whichever direction.
 */
export class Keys {
  readonly #users: Users
  readonly #kept: KeptBytes
  readonly #holders = new Map<ConnectionId, KeyHolder>()
  /** Those of the holders who hold everybody's key, in the order of signing in. */
  readonly #subscribers = new Set<KeyHolder>()
  /** Those of whom a new subscriber is told something, or who are asked something for it. */
  readonly #sources = new Set<KeyHolder>()
  readonly #requests = new KeyRequests(this.#holders)

  constructor(users: Users, kept: KeptBytes) {
    this.#users = users
    this.#kept = kept
  }

  get wakeAt(): number | null {
    return this.#requests.wakeAt
  }

  wake(now: number, out: Effects): void {
    this.#requests.wake(now, out)
  }

  /** The key given last counts. */
  publish({ command }: Entry<Command<'key.publish'>>, out: Effects): KeyResults['key.publish'] {
    const { connection, key, answering } = command
    if (!this.#users.connection(connection)) return fail('gone')
    if (key.length > longestKey) return fail('key-too-long')
    const holder = this.#holders.get(connection)
    if (!holder) return ok({ isNew: false })
    const isNew = holder.publicKey !== key
    if (isNew && (!command.withinRate || !this.#keep(holder, key))) return ok({ isNew: false })
    this.#sources.add(holder)
    if (isNew) for (const subscriber of this.#subscribers) if (subscriber !== holder) push(holder, key, subscriber, out)
    this.#requests.answered(holder, key, answering, out)
    return ok({ isNew })
  }

  request({ seq, at, command }: Entry<Command<'key.request'>>, out: Effects): KeyResults['key.request'] {
    const pair = this.#pair(command.connection, command.to)
    if (!pair.ok) return pair
    if (!command.withinRate) return fail('too-many-messages')
    return this.#requests.request(seq, at, pair.value.from, pair.value.to, command.correlationId, out)
  }

  /** A session key ahead of the messages that need it. */
  sendSessionKey({ seq, command }: Entry<Command<'session-key.send'>>, out: Effects): KeyResults['session-key.send'] {
    const { connection, to, sessionKey } = command
    const pair = this.#pair(connection, to)
    if (!pair.ok) return pair
    if (sessionKey.length > longestKey) return fail('key-too-long')
    if (!canTakeKey(pair.value, sessionKey)) return fail('no-key')
    if (!command.withinRate || !this.#remember(pair.value, sessionKey, seq)) return fail('too-many-messages')
    const { from, to: receiver } = pair.value
    out.connection(receiver.connection.id, { kind: 'session-key', from: from.connection.name, sessionKey })
    return ok(receiver.connection.name)
  }

  /** Never waits in a mailbox: nobody could read it there. */
  send({ seq, command }: Entry<Command<'sealed.send'>>, out: Effects): KeyResults['sealed.send'] {
    const { connection, to, message, sessionKey } = command
    const pair = this.#pair(connection, to)
    if (!pair.ok) return pair
    if (sessionKey !== null && sessionKey.length > longestKey) return fail('key-too-long')
    const { from, to: receiver } = pair.value
    const key = sessionKey ?? from.sessions.get(receiver.connection.id)?.sessionKey ?? null
    if (!canTakeKey(pair.value, key)) return fail('no-key')
    if (message === '') return fail('empty-text')
    if (!hasForm(receiver.sealing.messageForm, message)) return fail('no-key')
    if (!command.withinRate) return fail('too-many-messages')
    if (sessionKey !== null && !this.#remember(pair.value, sessionKey, seq)) return fail('too-many-messages')
    const { id, name } = receiver.connection
    out.connection(id, { kind: 'sealed-message', from: from.connection.name, to: name, message, sessionKey: key })
    return ok(name)
  }

  /** Whether a session key has passed between the two while both were here. */
  haveSession(connection: ConnectionId, to: UserName): boolean {
    const pair = this.#pair(connection, to)
    return pair.ok && pair.value.from.sessions.has(pair.value.to.connection.id)
  }

  hasPublished(connection: ConnectionId): boolean {
    return typeof this.#holders.get(connection)?.publicKey === 'string'
  }

  arrived(connection: OnlineConnection, now: number, out: Effects): void {
    const { sealing } = connection.capabilities
    if (!sealing) return
    const newcomer: KeyHolder = { connection, sealing, publicKey: null, answer: 'not-asked', sessions: new LazyMap() }
    if (sealing.keys === 'pushed') this.#subscribe(newcomer, now, out)
    // The subscriber who is here longest is the first who needs the key, and asks.
    const [asker] = this.#subscribers
    if (asker && sealing.keys === 'requested') this.#requests.ask(newcomer, asker.connection.name, now, out)
    this.#holders.set(connection.id, newcomer)
    if (isSource(newcomer)) this.#sources.add(newcomer)
  }

  departed({ id, name }: OnlineConnection, out: Effects): void {
    const leaver = this.#holders.get(id)
    if (!leaver) return
    this.#requests.forget(leaver, out)
    this.#holders.delete(id)
    this.#subscribers.delete(leaver)
    this.#sources.delete(leaver)
    if (leaver.publicKey !== null) this.#kept.giveBack(leaver.connection.share, leaver.publicKey.length)
    for (const [other, { share, sessionKey }] of leaver.sessions) {
      this.#kept.giveBack(share, sessionKey.length)
      this.#holders.get(other)?.sessions.delete(id)
      out.connection(other, { kind: 'session-over', with: name })
    }
  }

  save(): SavedKeys {
    const holders = Array.from(this.#holders.values(), ({ connection, publicKey, answer }) => {
      return { connection: connection.id, publicKey, answer }
    })
    const ofBoth = Array.from(this.#holders.values()).flatMap(({ connection: { id }, sessions }) =>
      Array.from(sessions, ([other, { since, sessionKey, share, sentBy }]) => {
        return { of: [id, other] as const, since, sessionKey, share, sentBy: [...sentBy] }
      }),
    )
    const sessions = ofBoth.filter(({ of: [one, other] }) => one < other).sort((one, other) => one.since - other.since)
    return { holders, sessions, requests: this.#requests.save() }
  }

  /** After the users. */
  restore({ holders, sessions, requests }: SavedKeys): void {
    for (const holder of this.#holders.values()) this.#countAll(holder, -1)
    this.#holders.clear()
    this.#subscribers.clear()
    this.#sources.clear()
    for (const { connection: id, publicKey, answer } of holders) {
      const connection = this.#users.connection(id)
      const sealing = connection?.capabilities.sealing
      if (!connection || !sealing) continue
      const holder: KeyHolder = { connection, sealing, publicKey, answer, sessions: new LazyMap() }
      this.#holders.set(id, holder)
      if (sealing.keys === 'pushed') this.#subscribers.add(holder)
      if (isSource(holder)) this.#sources.add(holder)
    }
    for (const { of, since, sessionKey, share, sentBy } of sessions) {
      const session: KeySession = { since, sessionKey, share, sentBy: new Set(sentBy) }
      this.#holders.get(of[0])?.sessions.set(of[1], session)
      this.#holders.get(of[1])?.sessions.set(of[0], session)
    }
    for (const holder of this.#holders.values()) this.#countAll(holder, 1)
    this.#requests.restore(requests)
  }

  /**
   * The keys that are known so far, and a request to those who have not been asked for theirs. In
   * the order of signing in.
   */
  #subscribe(newcomer: KeyHolder, now: number, out: Effects): void {
    const sources = [...this.#sources].sort((one, other) => one.connection.since - other.connection.since)
    for (const source of sources) {
      if (source.publicKey !== null) push(source, source.publicKey, newcomer, out)
      else this.#requests.ask(source, newcomer.connection.name, now, out)
      if (!isSource(source)) this.#sources.delete(source)
    }
    this.#subscribers.add(newcomer)
  }

  /** False: there is no room for it. */
  #keep(holder: KeyHolder, key: string): boolean {
    const { share } = holder.connection
    const before = holder.publicKey
    if (before !== null) this.#kept.giveBack(share, before.length)
    if (this.#kept.take(share, key.length)) {
      holder.publicKey = key
      return true
    }
    if (before !== null) this.#kept.count(share, before.length)
    return false
  }

  /** The same for the session key of two. */
  #remember({ from, to }: Pair, sessionKey: string, since: number): boolean {
    const { share } = from.connection
    const known = from.sessions.get(to.connection.id)
    if (known) this.#kept.giveBack(known.share, known.sessionKey.length)
    if (!this.#kept.take(share, sessionKey.length)) {
      if (known) this.#kept.count(known.share, known.sessionKey.length)
      return false
    }
    const session: KeySession = known ?? { since, sessionKey, share, sentBy: new Set() }
    session.sessionKey = sessionKey
    session.share = share
    session.sentBy.add(from.connection.id)
    from.sessions.set(to.connection.id, session)
    to.sessions.set(from.connection.id, session)
    return true
  }

  /** What a holder alone keeps, and what the sessions of the first of two do. */
  #countAll({ connection, publicKey, sessions }: KeyHolder, by: 1 | -1): void {
    const count = (share: string, { length }: string): void => {
      if (by > 0) this.#kept.count(share, length)
      else this.#kept.giveBack(share, length)
    }
    if (publicKey !== null) count(connection.share, publicKey)
    for (const [other, { share, sessionKey }] of sessions) if (connection.id < other) count(share, sessionKey)
  }

  #pair(connection: ConnectionId, to: UserName): Result<Pair, PairFailure> {
    const me = this.#users.connection(connection)
    if (!me) return fail('gone')
    const user = this.#users.find(to)
    if (!user) return fail('no-such-user')
    if (sameName(user.name, me.name)) return fail('to-yourself')
    const from = this.#holders.get(connection)
    for (const { id } of user.connections) {
      const holder = this.#holders.get(id)
      if (holder && from) return ok({ from, to: holder })
    }
    return fail('no-key')
  }
}

function isSource({ publicKey, sealing, answer }: KeyHolder): boolean {
  return publicKey !== null || (sealing.keys === 'requested' && answer === 'not-asked')
}

function push(owner: KeyHolder, key: string, { sealing, connection }: KeyHolder, out: Effects): void {
  if (!hasForm(sealing.keyForm, key)) return
  const { id, name: to } = connection
  out.connection(id, { kind: 'public-key', to, user: owner.connection.name, key, correlationId: null })
}

/**
 * Whoever has a session with the sender can read it, also where the server never learned its public
 * key.
 */
function canTakeKey({ from, to }: Pair, sessionKey: string | null): boolean {
  const isPushed = to.sealing.keys === 'pushed'
  if (sessionKey === null) return isPushed && to.publicKey !== null // I-14
  if (sessionKey === '' || !hasForm(to.sealing.keyForm, sessionKey)) return false
  if (to.publicKey !== null) return true
  const session = to.sessions.get(from.connection.id)
  // Who gives its key unasked and did not give it has none, unless a session key of its own
  // says otherwise.
  if (isPushed) return session?.sentBy.has(to.connection.id) === true
  return session !== undefined || to.answer !== 'never-came'
}
