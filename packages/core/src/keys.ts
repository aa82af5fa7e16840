import type { Accounts } from './accounts.ts'
import { hasForm } from './capabilities.ts'
import type { Effects } from './effects.ts'
import type { Entry } from './entry.ts'
import type { ConnectionEvent } from './events.ts'
import type { History } from './history.ts'
import type { KeptBytes } from './kept-bytes.ts'
import { KeptKeys } from './kept-keys.ts'
import { hearsKeys, KeyAskers, type SavedAskers } from './key-askers.ts'
import type { KeyCommand, KeyResults, PairFailure } from './key-commands.ts'
import { tellHolder, type KeyHolder, type KeySession } from './key-holder.ts'
import { KeyHolders, sharesKey } from './key-holders.ts'
import { canTakeKey, type Pair } from './key-pairs.ts'
import { KeyRequests, type SavedRequests } from './key-requests.ts'
import { LazyMap } from './lazy-map.ts'
import { keyOf, sameName, type ConnectionId, type NameKey, type UserName } from './names.ts'
import { done, fail, ok, type Result } from './result.ts'
import type { OnlineConnection, Users } from './users.ts'
import type { PublicKeyRecord } from './writes.ts'

/**
 * Characters of a public key or a session key. A longer one is not taken: keys are kept in memory.
 */
const longestKey = 8_192

type Command<D> = Extract<KeyCommand, { do: D }>

export interface SavedKeys {
  readonly publicKeys: readonly PublicKeyRecord[]
  readonly holders: readonly {
    readonly id: ConnectionId
    readonly since: number
    readonly connections: readonly ConnectionId[]
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
  readonly askers: SavedAskers
}

/**
 * Sealed messages and their keys. Remembers, while both are here, each user's public key and
 * one session key per pair: the one that was sent last, in whichever direction. The key that an
 * account's devices share outlives them, so that one may write to somebody who is away.
 */
export class Keys {
  readonly #accounts: Accounts
  readonly #users: Users
  readonly #history: History
  readonly #kept: KeptKeys
  readonly #holders = new KeyHolders()
  /** The keys of accounts. */
  readonly #ofAccounts = new Map<NameKey, string>()
  /** Those of the holders who hold everybody's key, in the order of signing in. */
  readonly #subscribers = new Set<KeyHolder>()
  /** Those of whom a new subscriber is told something, or who are asked something for it. */
  readonly #sources = new Set<KeyHolder>()
  readonly #requests = new KeyRequests(this.#holders)
  readonly #askers = new KeyAskers()

  constructor(accounts: Accounts, users: Users, history: History, kept: KeptBytes) {
    this.#accounts = accounts
    this.#users = users
    this.#history = history
    this.#kept = new KeptKeys(kept)
  }

  get wakeAt(): number | null {
    return this.#requests.wakeAt
  }

  wake(now: number, out: Effects): void {
    this.#requests.wake(now, out)
  }

  /** The key given last counts. */
  publish({ writable, command }: Entry<Command<'key.publish'>>, out: Effects): KeyResults['key.publish'] {
    const { connection, key, answering } = command
    if (!this.#users.connection(connection)) return fail('gone')
    if (key.length > longestKey) return fail('key-too-long')
    const holder = this.#holders.of(connection)
    if (!holder) return ok({ isNew: false })
    const { publicKey: before } = holder
    const isNew = before !== key
    if (isNew && holder.devices && !writable) return fail('unavailable')
    if (isNew && (!command.withinRate || !this.#kept.keep(holder, key))) return ok({ isNew: false })
    if (isNew && holder.devices) {
      this.#ofAccounts.set(keyOf(holder.name), key)
      out.write({ write: 'account.key', account: keyOf(holder.name), key })
      out.durable = true
    }
    this.#sources.add(holder)
    if (isNew) this.#tellOfKey(holder, key, out)
    if (isNew && this.#now(holder.name) === holder) this.#tellWriters(holder, before, key, out)
    this.#requests.answered(holder, key, answering, out)
    return ok({ isNew })
  }

  /** The key of an account is there also while nobody of it is. */
  request({ seq, at, command }: Entry<Command<'key.request'>>, out: Effects): KeyResults['key.request'] {
    const { connection, to, correlationId, withinRate } = command
    const pair = this.#pair(connection, to)
    if (pair.ok) {
      if (!withinRate) return fail('too-many-messages')
      const { from, to: asked } = pair.value
      const requested = this.#requests.request(seq, at, from, asked, correlationId, out)
      if (requested.ok) this.#askers.add(from, asked.name)
      return requested
    }
    const key = this.#ofAccounts.get(keyOf(to))
    const asker = this.#holders.of(connection)
    if (!asker || key === undefined || !hasForm(asker.sealing.keyForm, key)) return pair
    // A device may ask which key its account has: another one may have given it.
    if (pair.fail === 'to-yourself' && !asker.devices) return pair
    if (!withinRate) return fail('too-many-messages')
    if (pair.fail !== 'to-yourself') this.#askers.add(asker, to)
    out.connection(connection, { kind: 'public-key', to: asker.name, user: to, key, correlationId })
    return done
  }

  /** A session key ahead of the messages that need it. */
  sendSessionKey({ seq, command }: Entry<Command<'session-key.send'>>, out: Effects): KeyResults['session-key.send'] {
    const { connection, to, sessionKey } = command
    const pair = this.#pair(connection, to)
    if (!pair.ok) return pair
    if (sessionKey.length > longestKey) return fail('key-too-long')
    if (!canTakeKey(pair.value, sessionKey)) return fail('no-key')
    if (!command.withinRate || !this.#kept.remember(pair.value, sessionKey, seq)) return fail('too-many-messages')
    const { from, to: receiver } = pair.value
    tellHolder(receiver, { kind: 'session-key', from: from.name, sessionKey }, out)
    return ok(receiver.name)
  }

  /**
   * Never waits in a mailbox: nobody could read it there. Who is away and has devices finds it in
   * history.
   */
  send(entry: Entry<Command<'sealed.send'>>, out: Effects): KeyResults['sealed.send'] {
    const { seq, command } = entry
    const { connection, to, message, sessionKey, nonce = null } = command
    const pair = this.#pair(connection, to)
    if (!pair.ok) return this.#leaveSealed(entry, pair, out)
    if (sessionKey !== null && sessionKey.length > longestKey) return fail('key-too-long')
    const { from, to: receiver } = pair.value
    const key = sessionKey ?? from.sessions.get(receiver.id)?.sessionKey ?? null
    if (!canTakeKey(pair.value, key)) return fail('no-key')
    if (message === '') return fail('empty-text')
    if (!hasForm(receiver.sealing.messageForm, message)) return fail('no-key')
    if (!command.withinRate) return fail('too-many-messages')
    if (sessionKey !== null && !this.#kept.remember(pair.value, sessionKey, seq)) return fail('too-many-messages')
    const { name } = receiver
    const sender = this.#users.connection(connection)!
    const registered = this.#users.find(name)?.registered === true
    const said = { kind: 'sealed', text: message, sessionKey: key, nonce } as const
    const kept = this.#history.keepPrivate(entry, sender, { name, registered }, said, out)
    const sealed = { kind: 'sealed-message', from: from.name, to: name, message, sessionKey: key } as const
    const event = { ...sealed, kept, nonce }
    tellHolder(receiver, event, out)
    this.#tellOwnDevices(sender, event, out)
    return ok({ to: name, kept })
  }

  /** Whether a session key has passed between the two while both were here. */
  haveSession(connection: ConnectionId, to: UserName): boolean {
    const pair = this.#pair(connection, to)
    return pair.ok && pair.value.from.sessions.has(pair.value.to.id)
  }

  hasPublished(connection: ConnectionId): boolean {
    return typeof this.#holders.of(connection)?.publicKey === 'string'
  }

  arrived(connection: OnlineConnection, now: number, out: Effects): void {
    const { id, name, share, since } = connection
    const { sealing } = connection.capabilities
    if (!sealing || this.#holders.share(connection)) return
    const devices = sharesKey(connection)
    const publicKey = devices ? (this.#ofAccounts.get(keyOf(name)) ?? null) : null
    const answer = publicKey === null ? 'not-asked' : 'came'
    const sessions: KeyHolder['sessions'] = new LazyMap()
    const connections = [connection]
    const who = { id, name, share, since, sealing, devices, connections }
    const newcomer: KeyHolder = { ...who, publicKey, answer, sessions }
    this.#kept.count(newcomer, 1)
    if (sealing.keys === 'pushed') this.#subscribe(newcomer, now, out)
    if (publicKey !== null) this.#tellOfKey(newcomer, publicKey, out)
    // The subscriber who is here longest is the first who needs the key, and asks.
    const [asker] = this.#subscribers
    if (asker && sealing.keys === 'requested') this.#requests.ask(newcomer, asker.name, now, out)
    const before = this.#now(name)?.publicKey ?? null
    this.#holders.add(newcomer)
    if (before !== null && publicKey !== null && before !== publicKey)
      this.#tellWriters(newcomer, before, publicKey, out)
    if (isSource(newcomer)) this.#sources.add(newcomer)
  }

  departed({ id, name }: OnlineConnection, out: Effects): void {
    const leaver = this.#holders.leave(id)
    if (!leaver) return
    this.#requests.forget(leaver, out)
    this.#askers.forget(leaver)
    this.#subscribers.delete(leaver)
    this.#sources.delete(leaver)
    this.#kept.forget(leaver)
    for (const [otherId] of leaver.sessions) {
      const other = this.#holders.get(otherId)
      if (!other) continue
      other.sessions.delete(leaver.id)
      tellHolder(other, { kind: 'session-over', with: name }, out)
    }
  }

  /** The account is gone, and its key with it. */
  forget(name: UserName): void {
    this.#ofAccounts.delete(keyOf(name))
  }

  /** The keys of accounts, as a store remembers them. */
  restoreAccounts(records: readonly PublicKeyRecord[]): void {
    this.#ofAccounts.clear()
    for (const { account, key } of records) this.#ofAccounts.set(account, key)
  }

  save(): SavedKeys {
    const publicKeys = Array.from(this.#ofAccounts, ([account, key]) => ({ account, key }))
    publicKeys.sort((one, other) => (one.account < other.account ? -1 : 1))
    const holders = this.#holders.all().map(({ id, since, connections, publicKey, answer }) => {
      return { id, since, connections: connections.map((connection) => connection.id), publicKey, answer }
    })
    const ofBoth = this.#holders.all().flatMap(({ id, sessions }) =>
      Array.from(sessions, ([other, { since, sessionKey, share, sentBy }]) => {
        return { of: [id, other] as const, since, sessionKey, share, sentBy: [...sentBy] }
      }),
    )
    const sessions = ofBoth.filter(({ of: [one, other] }) => one < other).sort((one, other) => one.since - other.since)
    return {
      publicKeys,
      holders,
      sessions,
      requests: this.#requests.save(),
      askers: this.#askers.save(this.#holders.all()),
    }
  }

  /** After the users. */
  restore({ publicKeys, holders, sessions: saved, requests, askers }: SavedKeys): void {
    this.restoreAccounts(publicKeys)
    for (const holder of this.#holders.all()) this.#kept.count(holder, -1)
    this.#holders.clear()
    this.#subscribers.clear()
    this.#sources.clear()
    for (const { id, since, connections: ids, publicKey, answer } of holders) {
      const connections = ids.map((connection) => this.#users.connection(connection)!)
      const [first] = connections as [OnlineConnection]
      const { name, share } = first
      const sealing = first.capabilities.sealing!
      const devices = sharesKey(first)
      const sessions: KeyHolder['sessions'] = new LazyMap()
      const who = { id, name, share, since, sealing, devices, connections }
      const holder: KeyHolder = { ...who, publicKey, answer, sessions }
      this.#holders.add(holder)
      if (sealing.keys === 'pushed') this.#subscribers.add(holder)
      if (isSource(holder)) this.#sources.add(holder)
    }
    for (const { of, since, sessionKey, share, sentBy } of saved) {
      const session: KeySession = { since, sessionKey, share, sentBy: new Set(sentBy) }
      this.#holders.get(of[0])?.sessions.set(of[1], session)
      this.#holders.get(of[1])?.sessions.set(of[0], session)
    }
    for (const holder of this.#holders.all()) this.#kept.count(holder, 1)
    this.#requests.restore(requests)
    this.#askers.restore(askers)
  }

  /** Whoever holds all keys. */
  #tellOfKey(owner: KeyHolder, key: string, out: Effects): void {
    for (const subscriber of this.#subscribers) if (subscriber !== owner) push(owner, key, subscriber, out)
  }

  /** Those who asked for the one before, and those who write to this one sealed, in the order of signing in. */
  #tellWriters(owner: KeyHolder, before: string | null, key: string, out: Effects): void {
    const asked = before === null ? [] : this.#askers.of(owner.name)
    const ids = new Set([...asked, ...Array.from(owner.sessions, ([id]) => id)])
    const writers = Array.from(ids, (id) => this.#holders.get(id)).filter((writer) => writer !== undefined)
    writers.sort((one, other) => one.since - other.since)
    for (const writer of writers) if (writer !== owner && hearsKeys(writer)) push(owner, key, writer, out)
  }

  /** Who is sent what is sealed for the user. */
  #now(name: UserName): KeyHolder | undefined {
    const user = this.#users.find(name)
    return user && this.#holders.ofUser(user)
  }

  /**
   * The keys that are known so far, and a request to those who have not been asked for theirs. In
   * the order of signing in.
   */
  #subscribe(newcomer: KeyHolder, now: number, out: Effects): void {
    const sources = [...this.#sources].sort((one, other) => one.since - other.since)
    for (const source of sources) {
      if (source.publicKey !== null) push(source, source.publicKey, newcomer, out)
      else this.#requests.ask(source, newcomer.name, now, out)
      if (!isSource(source)) this.#sources.delete(source)
    }
    this.#subscribers.add(newcomer)
  }

  /** For somebody whose devices will look into history, and none of whom is here. */
  #leaveSealed(
    entry: Entry<Command<'sealed.send'>>,
    refusal: Extract<Result<Pair, PairFailure>, { ok: false }>,
    out: Effects,
  ): KeyResults['sealed.send'] {
    const { connection, to, message, sessionKey, nonce = null, withinRate } = entry.command
    const sender = this.#users.connection(connection)
    const account = this.#accounts.find(to)
    if (!sender || !account || !this.#ofAccounts.has(keyOf(to)) || refusal.fail === 'to-yourself') return refusal
    if (sessionKey === null || sessionKey === '') return fail('no-key')
    if (sessionKey.length > longestKey) return fail('key-too-long')
    if (message === '') return fail('empty-text')
    if (!withinRate) return fail('too-many-messages')
    const { name } = account
    const said = { kind: 'sealed', text: message, sessionKey, nonce } as const
    if (!this.#history.keepPrivate(entry, sender, { name, registered: true }, said, out)) return refusal
    out.durable = true
    const event = {
      kind: 'sealed-message',
      from: sender.name,
      to: name,
      message,
      sessionKey,
      kept: true,
      nonce,
    } as const
    this.#tellOwnDevices(sender, event, out)
    return ok({ to: name, kept: true })
  }

  /** The sender's other devices: they show what was said by this one. */
  #tellOwnDevices({ id: own, name }: OnlineConnection, event: ConnectionEvent, out: Effects): void {
    for (const { id, capabilities } of this.#users.find(name)?.connections ?? []) {
      if (capabilities.devices && id !== own) out.connection(id, event)
    }
  }

  #pair(connection: ConnectionId, to: UserName): Result<Pair, PairFailure> {
    const me = this.#users.connection(connection)
    if (!me) return fail('gone')
    const user = this.#users.find(to)
    if (!user) return fail('no-such-user')
    if (sameName(user.name, me.name)) return fail('to-yourself')
    const from = this.#holders.of(connection)
    const holder = this.#holders.ofUser(user)
    return from && holder ? ok({ from, to: holder }) : fail('no-key')
  }
}

function isSource({ publicKey, sealing, answer }: KeyHolder): boolean {
  return publicKey !== null || (sealing.keys === 'requested' && answer === 'not-asked')
}

function push(owner: KeyHolder, key: string, subscriber: KeyHolder, out: Effects): void {
  if (!hasForm(subscriber.sealing.keyForm, key)) return
  tellHolder(subscriber, { kind: 'public-key', to: subscriber.name, user: owner.name, key, correlationId: null }, out)
}
