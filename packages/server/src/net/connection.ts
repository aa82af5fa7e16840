import type { Cancel, ConnectionId, Link, UserName } from '@parley/core'
import type { Decoded, Decoder, Dialect, Farewell, Session } from '@parley/protocols'
import type { ByteStream, StreamReader } from './byte-stream.ts'
import { LingeringClose } from './lingering-close.ts'
import { Outbox, type OutboxOwner } from './outbox.ts'
import { ConnectionContext, type ContextConnection } from './session-context.ts'
import type { ListenerServices } from './session-environment.ts'
import { StreamLink } from './stream-link.ts'
import type { TurnTaker } from './turns.ts'

export type { ConnectionServices } from './connection-services.ts'

/**
 * Bytes of replies that may wait before the next frame is handled. A client that asks without
 * reading is answered at the pace at which it reads, and nobody else waits for it.
 */
const repliesAhead = 65_536
/** Frames that are handled before others have their turn. */
const framesATurn = 16
/** Whoever sent nothing for so long goes ahead of those who send all the time. */
const seldomMs = 20
/** Bytes that are read at most before a deadline counts: more than a kernel keeps for a client. */
const readBeforeDeadline = 8_388_608
/** How much longer a deadline lasts for a client that does not read the replies it asked for. */
const slowReaderMs = 10_000

/** What a connection has of the listener that accepted it. */
export interface ConnectionHost extends ListenerServices {
  /**
   * Called when somebody signs in or out, and with `ended` last, once the session is closed and its
   * user gone.
   */
  changed(connection: AnyConnection, what: 'signed-in' | 'signed-out' | 'ended'): void
}
export type AnyConnection = Connection<unknown, unknown>

/**
 * One byte stream with its session, run as an actor: opened, frames in order, closed exactly once
 * and last, never two at once, also while the session awaits something. Input that comes meanwhile
 * waits in the decoder, and then in the kernel.
 */
export class Connection<In, Out> implements StreamReader, ContextConnection, OutboxOwner, TurnTaker {
  readonly id: ConnectionId
  readonly address: string
  readonly stream: ByteStream
  readonly services: ConnectionHost
  readonly outbox: Outbox
  readonly session: Session<In>
  readonly #dialect: Dialect<In, Out>
  readonly #context: ConnectionContext<In, Out>
  readonly #decoder: Decoder<In>
  /** A frame is being handled. */
  #busy = false
  /**
   * The next frame waits until the replies to those before it are on their way, or until others have
   * had their turn.
   */
  #held: 'for-reader' | 'for-turn' | null = null
  /** When input was handled last. */
  #handledAt = -Infinity
  /** Frames on which nobody has signed in. */
  #refused = 0
  /** Deadlines that have passed, unless what has arrived says otherwise. */
  #deadlines: (() => void)[] = none
  /** Bytes that were received when the first of them passed. */
  #receivedAtDeadline = 0
  #isLooking = false
  #slowReader: Cancel | undefined
  #isPaused = false
  /** The client has ended its side. What it sent is still handled. */
  #inputEnded = false
  /** To be disconnected for, once no frame is being handled. */
  #disconnection: Farewell | undefined
  #state: 'open' | 'detached' | 'closing' | 'closed' = 'open'
  #silenceTimer: Cancel | undefined
  /** Everything is written, and our side has ended. */
  #isSent = false
  #lingering: LingeringClose | undefined

  constructor(id: ConnectionId, address: string, stream: ByteStream, dialect: Dialect<In, Out>, host: ConnectionHost) {
    this.id = id
    this.address = address
    this.stream = stream
    this.services = host
    this.#dialect = dialect
    this.outbox = new Outbox(stream, host.flusher, host.limits.unsentBytes, this)
    this.#context = new ConnectionContext(this, dialect)
    const { frame, frameBeforeSignIn } = host.limits
    const longest = Math.max(frame, dialect.longestFrame ?? 0)
    this.#decoder = dialect.codec.decoder(() => (this.user === undefined ? frameBeforeSignIn : longest))
    this.session = dialect.session(this.#context)
  }

  /** Who is signed in here; undefined: nobody. */
  get user(): UserName | undefined {
    return this.#context.user
  }

  get isOpen(): boolean {
    return this.#state === 'open' && !this.stream.closed
  }

  /** Whether a frame is being handled. */
  get isHandling(): boolean {
    return this.#busy
  }

  /** Whether nothing waits to be sent. */
  get idle(): boolean {
    return this.outbox.idle
  }

  start(): void {
    this.stream.readBy(this)
    this.services.delivery.add(this.#context)
    this.#context.startSignInTimer()
    this.#guard(() => this.session.opened())
  }

  close(): void {
    if (this.#state !== 'open') return
    this.#state = 'closing'
    this.outbox.end()
    // A timer may close the connection as well as a frame. The session is told when neither runs.
    if (!this.#busy) queueMicrotask(() => this.#finish())
  }

  /** Ends the connection in the words of its protocol, as soon as no frame is being handled. */
  disconnect(reason: Farewell): void {
    // Bytes that are cut off must not look like an end in order.
    if (this.#state === 'detached') this.stream.reset()
    if (!this.isOpen) return
    if (this.#busy) {
      // Of two reasons the first is said, unless a sign-in may still take it back.
      if (!this.#disconnection || this.#disconnection === 'sign-in-timeout') this.#disconnection = reason
      return
    }
    this.services.logger.info({ connection: this.id, user: this.user, reason }, 'disconnected')
    this.services.counters.disconnected(reason)
    this.outbox.lastWords()
    this.#guard(() => this.session.farewell(reason))
    this.close()
  }

  /**
   * This server takes part in its community no more. Where a frame waits for what became of a
   * command, it breaks off: nobody knows.
   */
  cutOff(): void {
    if (this.#busy) this.stream.destroy()
    else this.disconnect('cut-off')
  }

  detach(): Link {
    if (this.#state === 'open') this.#state = 'detached'
    this.#context.stopSignInTimer()
    this.#context.stopListening()
    this.#silenceTimer?.()
    this.outbox.flush()
    this.outbox.discard()
    const early = this.#decoder.rest?.() ?? new Uint8Array(0)
    return new StreamLink(this.stream, early, this.#inputEnded, this)
  }

  // What the context asks for.

  tell(say: () => void): void {
    if (this.#state !== 'closed') this.#guard(say)
  }

  changed(what: 'signed-in' | 'signed-out'): void {
    // The time ran out while the sign-in was being looked at, and it was good.
    if (what === 'signed-in' && this.#disconnection === 'sign-in-timeout') this.#disconnection = undefined
    this.services.changed(this, what)
  }

  fault(bug: unknown): void {
    const stack = bug instanceof Error ? bug.stack : String(bug)
    this.services.logger.error({ connection: this.id, stack }, 'a bug in a session')
    this.stream.destroy()
  }

  /** The outbox asks for it. */
  tooSlow(): void {
    this.disconnect('too-slow')
  }

  /** Nobody is signed in on it, and somebody else is to have its room. */
  giveWay(): void {
    this.services.logger.info({ connection: this.id }, 'ended: too many connections, and nobody signed in on this one')
    this.stream.destroy()
  }

  /** The outbox asks for it: nobody would read last words, and what waits is to be let go now. */
  crowdedOut(): void {
    this.services.logger.warn({ connection: this.id, user: this.user }, 'ended: readers together are too far behind')
    this.stream.destroy()
  }

  /** The outbox has ended our side. */
  sent(): void {
    this.#isSent = true
    this.#lingering?.sent()
  }

  afterInput(run: () => void): void {
    if (this.#deadlines.length > 0) this.#deadlines.push(run)
    else {
      this.#deadlines = [run]
      this.#receivedAtDeadline = this.stream.received
    }
    this.#lookAtInput()
  }

  /** Goes on with the frames that waited. */
  takeTurn(): void {
    this.#held = null
    this.services.flusher.input()
    this.#handle()
  }

  // What the stream brings.

  data(chunk: Uint8Array): void {
    if (this.#state !== 'open') return
    this.services.flusher.input()
    this.#context.input()
    this.#decoder.push(chunk)
    if (this.#isWaiting) this.#pause()
    else this.#handle()
  }

  ended(): void {
    this.#inputEnded = true
    if (!this.#isWaiting) this.#handle()
  }

  /** The stream is closed for good, whoever ended it. */
  closed(): void {
    this.services.flusher.input()
    this.outbox.discard()
    if (!this.#busy) this.#finish()
  }

  /** Whether the next frame has to wait for something. */
  get #isWaiting(): boolean {
    return this.#busy || this.#held !== null
  }

  /** Handles a few frames, until there is none or one has to be waited for. */
  #handle(): void {
    this.#silenceTimer?.()
    const { turns, clock } = this.services
    const now = clock.monotonic()
    const isSeldom = now - this.#handledAt >= seldomMs
    this.#handledAt = now
    for (let frames = 0; this.isOpen; frames++) {
      if (this.outbox.pending > (this.#dialect.repliesAhead ?? repliesAhead)) return this.#waitForReader()
      if (frames >= framesATurn || turns.isOver) return this.#waitForTurn(isSeldom && frames === 0)
      const item = this.#next()
      if (!item) break
      if (!item.ok && item.problem === 'http') return this.#endHttp()
      this.#busy = true
      const pending = this.#guard(() => this.session.received(item))
      if (pending) return void this.#handleAfter(pending)
      this.#handled()
    }
    if (this.#state === 'open' && this.#inputEnded) this.close()
    if (this.stream.closed || this.#state === 'closing') return this.#finish()
    if (this.#state !== 'open') return
    if (this.#isPaused) this.#readOn()
    if (this.#deadlines.length > 0) this.#lookAtInput()
    const silence = this.#decoder.silence?.()
    if (silence !== undefined) this.#silenceTimer = this.services.clock.after(silence, () => this.#silenceOver())
  }

  async #handleAfter(pending: Promise<void>): Promise<void> {
    try {
      await pending
    } catch (bug) {
      this.fault(bug)
    }
    this.#handled()
    this.#handle()
  }

  #handled(): void {
    this.#busy = false
    if (this.#disconnection) return this.disconnect(this.#disconnection)
    if (this.user !== undefined) this.#refused = 0
    else if (++this.#refused >= this.services.limits.refusedBeforeSignIn) this.disconnect('too-many-refused')
  }

  #waitForReader(): void {
    this.#held = 'for-reader'
    this.#pause()
    if (this.#deadlines.length > 0) this.#lookAtInput()
    this.outbox.whenFlushed(() => this.takeTurn())
  }

  #waitForTurn(isSeldom: boolean): void {
    this.#held = 'for-turn'
    this.#pause()
    this.services.turns.wait(this, isSeldom)
  }

  #pause(): void {
    this.#isPaused = true
    this.stream.pause()
  }

  #readOn(): void {
    this.#isPaused = false
    this.stream.resume()
  }

  /**
   * A web page can have a browser send a request whose body holds commands. It ends at its first
   * line, without a word.
   */
  #endHttp(): void {
    this.services.logger.info({ connection: this.id }, 'ended: this is HTTP')
    this.close()
    this.#finish()
  }

  /**
   * Once all has been handled that was here when the deadline passed. The event loop comes to timers
   * before it looks at its sockets, and after a pause there may be a lot.
   */
  #lookAtInput(): void {
    if (this.#isLooking) return
    this.#isLooking = true
    const { received } = this.stream
    // Behind the first comes a whole look at the sockets, also at one that was read again just now.
    setImmediate(() => setImmediate(() => this.#decide(received)))
  }

  #decide(received: number): void {
    this.#isLooking = false
    if (!this.isOpen) return
    // What waits for replies to be read waits for the client, but not for ever.
    if (this.#held === 'for-reader') this.#slowReader ??= this.services.clock.after(slowReaderMs, () => this.#passed())
    if (this.#isWaiting) return
    const read = this.stream.received - this.#receivedAtDeadline
    if (this.stream.received !== received && read < readBeforeDeadline) this.#lookAtInput()
    else this.#passed()
  }

  /** Nothing of what has arrived says otherwise. */
  #passed(): void {
    this.#slowReader?.()
    this.#slowReader = undefined
    const passed = this.#deadlines
    this.#deadlines = none
    for (const run of passed) this.#guard(run)
  }

  #next(): Decoded<In> | undefined {
    const item = this.#decoder.next()
    if (item || !this.#inputEnded || this.#decoder.silence?.() === undefined) return item
    this.#decoder.settle?.()
    return this.#decoder.next()
  }

  #silenceOver(): void {
    let isBroken = false
    this.#silenceTimer = () => (isBroken = true)
    this.afterInput(() => {
      if (isBroken) return
      this.#decoder.settle?.()
      this.#handle()
    })
  }

  #finish(): void {
    if (this.#state === 'closed') return
    const { user } = this
    this.#state = 'closed'
    this.#silenceTimer?.()
    this.#slowReader?.()
    this.#context.stopSignInTimer()
    this.#guard(() => this.session.closed())
    this.#context.leave()
    this.services.delivery.delete(this.#context)
    this.services.changed(this, 'ended')
    this.services.logger.info({ connection: this.id, user }, 'closed')
    if (!this.stream.closed) this.#lingering = new LingeringClose(this.stream, this.services.clock, this.#isSent)
  }

  /** A session that throws has a bug: it ends this one connection and nothing else. */
  #guard<T>(run: () => T): T | undefined {
    try {
      return run()
    } catch (bug) {
      this.fault(bug)
      return undefined
    }
  }
}

/** Shared by all connections that have nothing of the kind, and never changed. */
const none: never[] = []
