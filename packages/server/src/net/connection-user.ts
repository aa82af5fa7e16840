import { keyOf, type ConnectionId, type StoredMessage, type Result, type UserName } from '@parley/core'
import type { SignedIn, TokenBucket } from '@parley/protocols'
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
export class ConnectionUser implements MailFeedOwner {
  readonly name: UserName
  readonly registered: boolean
  readonly channel: Channel
  readonly #connection: UserConnection
  readonly #services: ConnectionServices
  #mail: MailFeed | undefined

  constructor(
    { name, registered }: SignedIn,
    channel: Channel,
    connection: UserConnection,
    services: ConnectionServices,
  ) {
    this.name = name
    this.registered = registered
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
    else this.channel.tape.add(this.#connection.outbox)
    if (waiting > 0) this.#feed()?.start()
  }

  /** Hears nothing any more. */
  leave(): void {
    this.channel.overhearing.delete(this.#connection)
    this.channel.tape.delete(this.#connection.outbox)
  }

  /** A private message that is in the mailbox by now. */
  messageArrived(event: PrivateMessage): void {
    this.#feed()?.arrived(event)
  }

  messages(after: number, limit: number): Promise<Result<readonly StoredMessage[], 'unavailable'>> {
    return this.#services.store.messages(keyOf(this.name), after, limit)
  }

  encode(event: PrivateMessage): Uint8Array | null {
    return this.channel.wire.encode(event)
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

  /** undefined: it has no mailbox, or its client fetches messages itself (P-8). */
  #feed(): MailFeed | undefined {
    if (!this.registered || this.#connection.overhears) return undefined
    return (this.#mail ??= new MailFeed(this))
  }
}
