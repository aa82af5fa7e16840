import {
  conversationKey,
  fail,
  keyOf,
  type ChatEvent,
  type ConnectionEvent,
  type ConnectionId,
  type Conversation,
  type HistoryStretch,
  type Result,
  type Stamp,
  type StoredMessage,
  type UserName,
} from '@parley/core'
import type { CatchUpReader, SignedIn, TokenBucket } from '@parley/protocols'
import { CatchUp, type CatchUpOwner } from './catch-up.ts'
import type { ConnectionServices } from './connection-services.ts'
import type { Channel, Subscriber } from './delivery.ts'
import { MailFeed, type MailFeedOwner, type PrivateMessage } from './mail-feed.ts'
import { shareOf } from './shares.ts'

/** What a signed-in user has of the connection. */
export interface UserConnection extends Subscriber {
  readonly id: ConnectionId
  readonly address: string
  /** Whether its session keeps what is said, rather than have it written to the client (P-8). */
  readonly overhears: boolean
  /** Whether this user is signed in on it, and it is open. */
  isOpenFor(user: ConnectionUser): boolean
  /** Runs when all that was put so far counts as received. */
  whenReceived(run: () => void): void
}

/**
 * Who is signed in on a connection: what it hears by, how often it may speak, and its mail. Most
 * users are silent most of the time, so all but the name is made when it is needed first.
 */
export class ConnectionUser implements MailFeedOwner, CatchUpOwner {
  readonly name: UserName
  readonly registered: boolean
  readonly channel: Channel
  readonly #connection: UserConnection
  readonly #services: ConnectionServices
  /** The number of the arrival. */
  readonly #since: number
  #mail: MailFeed | undefined
  #catchUp: CatchUp | undefined
  /** All messages of the mailbox behind this number are told, or the client has them. */
  #mailFrom: number

  constructor(
    { name, registered, seq }: SignedIn,
    channel: Channel,
    connection: UserConnection,
    services: ConnectionServices,
  ) {
    this.name = name
    this.registered = registered
    this.#since = seq
    this.#mailFrom = seq
    this.channel = channel
    this.#connection = connection
    this.#services = services
  }

  get isOpen(): boolean {
    return this.#connection.isOpenFor(this)
  }

  /** The bucket that the command takes a token from; null: it is not limited. */
  bucketOf(command: string): TokenBucket | null {
    const { name, registered } = this
    return this.#services.rates.bucketOf(command, shareOf(name, registered, this.#connection.address))
  }

  /** From here on the connection hears what is said. `waiting`: messages in the mailbox. */
  listen(waiting: number): void {
    if (this.#connection.overhears) this.channel.overhearing.add(this.#connection)
    else if (this.#catchUp) this.channel.catchingUp.add(this.#connection)
    else this.live()
    this.#catchUp?.start()
    if (waiting > 0) this.#feed()?.start()
  }

  live(): void {
    this.channel.catchingUp.delete(this.#connection)
    this.channel.tape.add(this.#connection.outbox)
  }

  /** Before it listens. */
  catchUp(after: number | null, reader: CatchUpReader): void {
    if (after !== null) this.#mailFrom = 0
    // Whatever the client says, it has nothing that is not said yet.
    this.#catchUp = new CatchUp(this, reader, Math.min(after ?? this.#since, this.#since))
  }

  /** Whether this event is told in the course of catching up, and not now. */
  catchesUpOn(event: ChatEvent | ConnectionEvent, stamp: Stamp, say: () => void): boolean {
    return this.#catchUp?.takes(event, stamp, say) === true
  }

  /** What a command of this connection has led to. */
  said(value: unknown, { seq }: Stamp): void {
    if (typeof value === 'object' && value !== null && 'kept' in value && value.kept === true) this.#catchUp?.said(seq)
  }

  /** The client has what it was sent up to this number. */
  received(seq: number): void {
    const catchUp = this.#catchUp
    const upTo = Math.min(seq, catchUp?.toldUpTo ?? seq)
    const isTold = (id: number) => id <= upTo && (id > this.#mailFrom || catchUp?.mail.has(id) === true)
    const ids = this.#services.community.mailboxes.ids(this.name).filter(isTold)
    if (ids.length > 0) this.acknowledge(ids, () => {})
  }

  /** The user has read a conversation up to this number, so it has received what of it waited. */
  async read(of: Conversation, seq: number): Promise<void> {
    const waiting = this.#services.community.mailboxes.ids(this.name).filter((id) => id <= seq)
    if (waiting.length === 0) return
    const kept = await this.#services.store.among(conversationKey(of, this.name), waiting)
    if (!kept.ok || kept.value.length === 0) return
    await new Promise<void>((resolve) => this.acknowledge(kept.value, () => resolve()))
  }

  since(after: number, limit: number): Promise<Result<HistoryStretch, 'unavailable'>> {
    const reader = this.#services.community.reader(this.#connection.id)
    return reader ? this.#services.store.since(reader, after, limit) : Promise.resolve(fail('unavailable'))
  }

  unkept(after: number, limit: number): Promise<Result<readonly StoredMessage[], 'unavailable'>> {
    return this.#services.store.unkept(keyOf(this.name), after, limit)
  }

  whenFlushed(run: () => void): void {
    this.#connection.outbox.whenFlushed(run)
  }

  later(ms: number, run: () => void): void {
    this.#services.clock.after(ms, run)
  }

  /** Hears nothing any more. */
  leave(): void {
    this.channel.catchingUp.delete(this.#connection)
    this.channel.overhearing.delete(this.#connection)
    this.channel.tape.delete(this.#connection.outbox)
  }

  /** A private message that is in the mailbox by now. */
  messageArrived(event: PrivateMessage, stamp: Stamp): void {
    this.#feed()?.arrived(event, stamp)
  }

  messages(after: number, limit: number): Promise<Result<readonly StoredMessage[], 'unavailable'>> {
    return this.#services.store.messages(keyOf(this.name), after, limit)
  }

  encode(event: PrivateMessage, stamp: Stamp): Uint8Array | null {
    return this.channel.wire.encode(event, stamp)
  }

  put(bytes: Uint8Array): void {
    this.#connection.outbox.put(bytes)
  }

  whenReceived(run: () => void): void {
    this.#connection.whenReceived(run)
  }

  acknowledge(ids: readonly number[], told: (isDone: boolean) => void): void {
    const command = { do: 'mailbox.acknowledge', connection: this.#connection.id, ids } as const
    void this.#services.submit(command, ({ ok }) => told(ok))
  }

  /** undefined: it has no mailbox, or its client fetches messages itself (P-8) or catches up. */
  #feed(): MailFeed | undefined {
    if (!this.registered || this.#connection.overhears || this.#connection.hears === 'once-durable') return undefined
    return (this.#mail ??= new MailFeed(this))
  }
}
