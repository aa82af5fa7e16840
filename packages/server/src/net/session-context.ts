import {
  keyOf,
  ok,
  type Cancel,
  type ChatEvent,
  type Command,
  type ConnectionEvent,
  type ConnectionId,
  type Conversation,
  type Hears,
  type StoredMessage,
  type Link,
  type Result,
  type Stamp,
  type Told,
  type UserName,
  type Wire,
} from '@parley/core'
import type {
  CatchUpReader,
  Dialect,
  Farewell,
  Session,
  SessionContext,
  SignedIn,
  SignIn,
  SignInFailure,
  Submitted,
  Unsigned,
} from '@parley/protocols'
import { ConnectionUser, type UserConnection } from './connection-user.ts'
import type { Channel } from './delivery.ts'
import type { Outbox } from './outbox.ts'
import type { Place } from './places.ts'
import { isFree } from './rates.ts'
import { makeDeviceToken, type DeviceToken } from '../passwords/device-tokens.ts'
import { SessionEnvironment, type ListenerServices } from './session-environment.ts'
import { signIn, type SigningIn } from './sign-in.ts'
import { UserAdmin } from './user-admin.ts'
import { UserHistory } from './user-history.ts'

/** How far a client may be behind to be sent more of what nobody asked for, in bytes. */
const paceBytes = 65_536

/** What a session's context has of the connection. */
export interface ContextConnection {
  readonly id: ConnectionId
  readonly address: string
  readonly outbox: Outbox
  readonly services: ListenerServices
  readonly session: Pick<Session<never>, 'hear' | 'overhear'>
  /** Whether frames may still come and replies still go. */
  readonly isOpen: boolean
  /** Whether a frame is being handled, so that what is sent is a reply. */
  readonly isHandling: boolean
  /** Lets the session be told something, unless it is closed. */
  tell(say: () => void): void
  /** Ends the connection for a bug. */
  fault(bug: unknown): void
  close(): void
  disconnect(reason: Farewell): void
  detach(): Link
  /** Runs once what had arrived was handled, and not at all where the connection ends before. */
  afterInput(run: () => void): void
  changed(what: 'signed-in' | 'signed-out'): void
}

/**
 * What a session has of the server, for one connection: who is signed in on it, what it submits,
 * and what it hears. The connection above it runs the frames.
 */
export class ConnectionContext<In, Out>
  extends SessionEnvironment<ContextConnection>
  implements SessionContext<Out>, UserConnection, SigningIn
{
  readonly #dialect: Dialect<In, Out>
  #history: UserHistory | undefined
  #admin: UserAdmin | undefined
  /** Who is signed in here; undefined: nobody. */
  #user: ConnectionUser | undefined
  /** Waiting for the client's next input. */
  #awaitingInput: (() => void)[] | undefined
  #signInTimer: Cancel | undefined
  /** Wait for the client to read. */
  #paced: Out[] | undefined

  constructor(connection: ContextConnection, dialect: Dialect<In, Out>) {
    super(connection)
    this.#dialect = dialect
  }

  // What the session asks for.

  send(frame: Out): void {
    const bytes = this.#dialect.codec.encode(frame)
    if (this.connection.isHandling) this.outbox.reply(bytes)
    else this.outbox.put(bytes)
  }

  sendAtPace(frame: Out): void {
    if (this.#paced) this.#paced.push(frame)
    else {
      this.#paced = [frame]
      this.sendPaced()
    }
  }

  close(): void {
    this.connection.close()
  }

  detach(): Link {
    return this.connection.detach()
  }

  afterInput(run: () => void): void {
    this.connection.afterInput(run)
  }

  signIn(how: SignIn, told: (result: Result<SignedIn, SignInFailure>) => void): void | Promise<void> {
    const pending = signIn(this, how, (result) => {
      let isTold = false
      this.connection.tell(() => {
        isTold = true
        if (result.ok) this.#signedIn(result.value, how.wire ?? this.#dialect.wire)
        told(result)
        // Behind the reply, and before anything that comes after it.
        if (result.ok && this.isOpen) this.#user?.listen(result.value.waiting)
      })
      // The connection is closed: nobody is left to be who signed in.
      if (result.ok && !isTold) this.#submitLeave()
    })
    return pending?.catch((bug: unknown) => this.connection.fault(bug))
  }

  turnAway(why: 'banned' | 'no-guests'): void {
    this.connection.disconnect(why)
  }

  signOut(): void {
    this.leave()
    this.startSignInTimer()
  }

  submit<D extends Command['do']>(
    command: Unsigned<D>,
    told: (result: Submitted<D>, stamp: Stamp) => void,
  ): void | Promise<void> {
    const bucket = this.#user?.bucketOf(command.do) ?? null
    const withinRate = bucket === null || bucket.take()
    const complete = { ...command, connection: this.id, node: this.services.node(), withinRate } as unknown as Command
    return this.submitInPlace(complete, (result, stamp) => {
      if (bucket && withinRate && isFree(result)) bucket.giveBack()
      if (!result.ok && result.fail === 'gone') return
      this.services.counters.submitted(command.do, result, this.services.protocolCounters)
      if (result.ok && this.hears === 'once-durable') this.#user?.said(result.value, stamp)
      this.connection.tell(() => told(result as Submitted<D>, stamp))
    })
  }

  get admin(): UserAdmin {
    return (this.#admin ??= new UserAdmin(this.id, this.services))
  }

  get history(): UserHistory {
    return (this.#history ??= new UserHistory(this.id, this.services))
  }

  catchUp(after: number | null, reader: CatchUpReader): void {
    this.#user?.catchUp(after, reader)
  }

  received(seq: number): void {
    this.#user?.received(seq)
  }

  async read(of: Conversation, seq: number): Promise<void> {
    await this.#user?.read(of, seq)
  }

  async nextStoredMessage(after: number): Promise<Result<StoredMessage | null, 'unavailable'>> {
    if (!this.#user?.registered) return ok(null)
    const messages = await this.#user.messages(after, 1)
    return messages.ok ? ok(messages.value[0] ?? null) : messages
  }

  async backup(): Promise<Result<string | null, 'unavailable'>> {
    return this.#user?.registered ? this.services.store.backup(keyOf(this.#user.name)) : ok(null)
  }

  newDeviceToken(): DeviceToken {
    return makeDeviceToken(this.random)
  }

  /**
   * While the reply has to wait for a disk, its place among what this connection is sent is kept. Who
   * hears once durable needs none: all that is heard waits alike.
   */
  submitInPlace<C extends Command>(
    command: C,
    told: (result: Told<C>, stamp: Stamp) => void,
  ): Promise<void> | undefined {
    if (this.hears === 'once-durable') return this.services.submit(command, told, 'once-durable')
    let place: Place | undefined
    const pending = this.services.submit(command, (result, stamp) => {
      if (place) this.outbox.fill(place, () => told(result, stamp))
      else told(result, stamp)
    })
    if (pending) place = this.outbox.hold()
    return pending
  }

  // What the community tells.

  get hears(): Hears {
    return this.#dialect.hears
  }

  get channel(): Channel | undefined {
    return this.#user?.channel
  }

  hear(event: ConnectionEvent, stamp: Stamp): void {
    if (event.kind === 'ended') {
      this.#forgetUser()
      return this.connection.disconnect(event.why)
    }
    const say = () => this.connection.tell(() => this.connection.session.hear(event, stamp))
    if (!this.#user?.catchesUpOn(event, stamp, say)) say()
  }

  deliver(event: ChatEvent, stamp: Stamp, bytes: Uint8Array): void {
    if (this.hears === 'once-durable') {
      if (!this.#user?.catchesUpOn(event, stamp, () => this.outbox.put(bytes))) this.outbox.put(bytes)
    } else if (event.kind === 'private-message' && event.storedAs !== null) this.#user?.messageArrived(event, stamp)
    else if (this.overhears) this.overhear(bytes)
    else this.outbox.put(bytes)
  }

  get overhears(): boolean {
    return this.connection.session.overhear !== undefined
  }

  overhear(bytes: Uint8Array): void {
    this.connection.tell(() => this.connection.session.overhear?.(bytes))
  }

  /** Frames that wait are encoded when their time has come: what they say is kept once for all. */
  sendPaced(): void {
    const { pace } = this.services
    const frames = this.#paced ?? []
    while (this.isOpen && frames.length > 0) {
      if (this.outbox.pending >= paceBytes) return this.outbox.whenFlushed(() => this.sendPaced())
      if (!pace.isOpen) return pace.wait(this)
      const bytes = this.#dialect.codec.encode(frames.shift()!)
      pace.spend(bytes.length)
      this.outbox.put(bytes)
    }
    this.#paced = undefined
  }

  // Who is signed in.

  get user(): UserName | undefined {
    return this.#user?.name
  }

  get isOpen(): boolean {
    return this.connection.isOpen
  }

  isOpenFor(user: ConnectionUser): boolean {
    return this.#user === user && this.isOpen
  }

  whenReceived(run: () => void): void {
    this.outbox.whenFlushed(() => {
      if (this.#dialect.received === 'flushed') run()
      else if (this.#awaitingInput) this.#awaitingInput.push(run)
      else this.#awaitingInput = [run]
    })
  }

  /** The client has sent something: it has received what was flushed before. */
  input(): void {
    const waiting = this.#awaitingInput
    if (!waiting) return
    this.#awaitingInput = undefined
    for (const run of waiting) run()
  }

  startSignInTimer(): void {
    this.stopSignInTimer()
    if (!this.isOpen) return
    const seconds = this.#dialect.signInSeconds ?? this.services.limits.signInSeconds
    const timer = this.clock.after(seconds * 1000, () =>
      this.afterInput(() => {
        if (this.#signInTimer === timer) this.connection.disconnect('sign-in-timeout')
      }),
    )
    this.#signInTimer = timer
  }

  stopSignInTimer(): void {
    this.#signInTimer?.()
    this.#signInTimer = undefined
  }

  /** What is said from here on is not for this connection. Its user stays. */
  stopListening(): void {
    this.#user?.leave()
  }

  /** Whoever is signed in leaves the community. */
  leave(): void {
    if (this.#forgetUser()) this.#submitLeave()
  }

  #signedIn(signedIn: SignedIn, wire: Wire): void {
    this.stopSignInTimer()
    const channel = this.services.delivery.channel(this.services.wires.of(wire), this.hears)
    this.#user = new ConnectionUser(signedIn, channel, this, this.services)
    this.services.logger.info({ connection: this.id, user: signedIn.name }, 'signed in')
    this.connection.changed('signed-in')
  }

  /** Nobody is signed in here any more, as far as the community goes. False: nobody was. */
  #forgetUser(): boolean {
    if (!this.#user) return false
    this.#user.leave()
    this.#user = undefined
    this.#awaitingInput = undefined
    this.connection.changed('signed-out')
    return true
  }

  #submitLeave(): void {
    void this.services.submit({ do: 'leave', connection: this.id }, () => {})
  }
}
