import type { Cancel, Clock, Core, Result, Subscriber, Wire } from '@parley/core'
import type {
  Decoded,
  Decoder,
  Dialect,
  Door,
  Farewell,
  RawLink,
  Session,
  SessionContext,
  Visitors,
} from '@parley/protocols'
import type { Socket } from 'node:net'
import type { GateLimits } from '../config/settings.ts'
import type { Log } from '../log.ts'
import { Ear } from './ear.ts'
import { Outbox } from './outbox.ts'
import { SocketLink } from './raw-link.ts'
import { reset } from './reset.ts'
import type { Sweep } from './sweep.ts'
import type { Tape } from './tape.ts'

/** How long the far side may keep an ended connection open once it was sent everything. */
const lingerMs = 2_000
/** How long it may take to be sent everything. */
const drainMs = 10_000
/**
 * Bytes of replies that may wait before the next frame is handled: a client that asks without reading is answered at the pace
 * at which it reads, and nobody else waits for it.
 */
const repliesAhead = 65_536

/** What a connection has of the gate that let it in. */
export interface ConnectionHost {
  readonly core: Core
  readonly clock: Clock
  readonly log: Log
  readonly limits: GateLimits
  readonly serverName: string
  readonly sweep: Sweep
  tape(wire: Wire): Tape
  strangers(): number
  openDoor(dialect: Dialect<unknown, unknown>, visitors: Visitors): Promise<Result<Door, 'no-free-port'>>
  /** Called when somebody signs in or out, and with `ended` last, once the session is closed and its user gone. */
  changed(connection: AnyConnection, what: 'signed-in' | 'signed-out' | 'ended'): void
}
export type AnyConnection = Connection<unknown, unknown>

/**
 * One socket with its session, run as an actor: opened, frames in order, closed exactly once and last, never two at once, also
 * while the session awaits something. Input that comes meanwhile waits in the decoder, and then in the kernel.
 */
export class Connection<In, Out> implements SessionContext<Out> {
  readonly id: string
  readonly address: string
  readonly socket: Socket
  readonly core: Core
  readonly clock: Clock
  readonly serverName: string
  readonly subscriber: Subscriber
  readonly #host: ConnectionHost
  readonly #log: Log
  readonly #dialect: Dialect<In, Out>
  readonly #decoder: Decoder<In>
  readonly #outbox: Outbox
  readonly #session: Session<In>
  #user: string | undefined
  /** A frame is being handled. */
  #busy = false
  /** The next frame waits until the replies to those before it are on their way. */
  #held = false
  /** The client has ended its side: what it sent is still handled. */
  #inputEnded = false
  #dismissal: Farewell | undefined
  #state: 'open' | 'detached' | 'closing' | 'closed' = 'open'
  /** Waiting for the client's next input. */
  #awaitingInput: (() => void)[] = []
  readonly #onData = (chunk: Uint8Array) => this.#input(chunk)
  readonly #onEnd = () => this.#endOfInput()
  #signInTimer: Cancel = () => {}
  #silenceTimer: Cancel = () => {}

  constructor(id: string, address: string, socket: Socket, dialect: Dialect<In, Out>, host: ConnectionHost) {
    this.id = id
    this.address = address
    this.socket = socket
    this.core = host.core
    this.clock = host.clock
    this.serverName = host.serverName
    this.#host = host
    this.#log = host.log
    this.#dialect = dialect
    this.#outbox = new Outbox(socket, host.sweep, host.limits.unsentBytes, () => this.dismiss('too-slow'))
    const { frame, frameBeforeSignIn } = host.limits
    this.#decoder = dialect.codec.decoder(() => (this.#user === undefined ? frameBeforeSignIn : frame))
    this.subscriber = this.subscriberOn(dialect.wire)
    this.#session = dialect.session(this)
  }

  /** Whether nothing is waiting to be sent. */
  get idle(): boolean {
    return this.#outbox.idle
  }

  get user(): string | undefined {
    return this.#user
  }

  start(): void {
    const { socket } = this
    socket.on('data', this.#onData)
    socket.on('end', this.#onEnd)
    socket.on('error', (error) => this.#log.debug({ connection: this.id, problem: error.message }, 'socket error'))
    socket.on('close', () => this.#gone())
    this.signedOut()
    this.#guard(() => this.#session.opened())
  }

  send(frame: Out): void {
    this.#outbox.put(this.#dialect.codec.encode(frame))
  }

  close(): void {
    if (this.#state !== 'open') return
    this.#state = 'closing'
    this.#outbox.end()
    // A timer may close the connection as well as a frame; the session is told when neither runs.
    if (!this.#busy) queueMicrotask(() => this.#finish())
  }

  signedIn(name: string): void {
    this.#signInTimer()
    // The time ran out while the sign-in was being looked at, and it was good.
    if (this.#dismissal === 'sign-in-timeout') this.#dismissal = undefined
    this.#user = name
    this.#log.info({ connection: this.id, user: name }, 'signed in')
    this.#host.changed(this, 'signed-in')
  }

  signedOut(): void {
    this.#signInTimer()
    const seconds = this.#dialect.signInSeconds ?? this.#host.limits.signInSeconds
    this.#signInTimer = this.clock.after(seconds * 1000, () => this.dismiss('sign-in-timeout'))
    if (this.#user === undefined) return
    this.#user = undefined
    this.#host.changed(this, 'signed-out')
  }

  strangers(): number {
    return this.#host.strangers()
  }

  detach(): RawLink {
    if (this.#state === 'open') this.#state = 'detached'
    this.#signInTimer()
    this.#silenceTimer()
    this.socket.off('data', this.#onData)
    this.socket.off('end', this.#onEnd)
    this.#outbox.flush()
    return new SocketLink(this.socket, this.#decoder.rest?.() ?? new Uint8Array(0))
  }

  openDoor(dialect: Dialect<unknown, unknown>, visitors: Visitors): Promise<Result<Door, 'no-free-port'>> {
    return this.#host.openDoor(dialect, visitors)
  }

  subscriberOn(wire: Wire): Subscriber {
    return new Ear(this.#host.tape(wire), this.#outbox, {
      open: () => this.#state === 'open' && !this.socket.destroyed,
      whenReceived: (run) => this.#whenReceived(run),
    })
  }

  /** Ends the connection in the words of its protocol, as soon as no frame is being handled. */
  dismiss(reason: Farewell): void {
    // Bytes that are cut off must not look like an end in order.
    if (this.#state === 'detached') reset(this.socket)
    if (this.#state !== 'open') return
    if (this.#busy) {
      this.#dismissal = reason
      return
    }
    this.#log.info({ connection: this.id, user: this.#user, reason }, 'dismissed')
    this.#guard(() => this.#session.farewell(reason))
    this.close()
  }

  #input(chunk: Uint8Array): void {
    if (this.#state !== 'open') return
    const waiting = this.#awaitingInput
    if (waiting.length > 0) {
      this.#awaitingInput = []
      for (const run of waiting) run()
    }
    this.#decoder.push(chunk)
    if (this.#busy || this.#held) this.socket.pause()
    else this.#handle()
  }

  #endOfInput(): void {
    this.#inputEnded = true
    if (!this.#busy && !this.#held) this.#handle()
  }

  /** Handles frames until there is none, or until one has to be waited for. */
  #handle(): void {
    this.#silenceTimer()
    while (this.#state === 'open' && !this.socket.destroyed) {
      if (this.#outbox.pending > (this.#dialect.repliesAhead ?? repliesAhead)) return this.#hold()
      const item = this.#next()
      if (!item) break
      this.#busy = true
      const pending = this.#guard(() => this.#session.received(item))
      if (pending)
        return void pending.then(
          () => this.#handled(),
          (bug: unknown) => this.#handled(bug),
        )
      this.#busy = false
      if (this.#dismissal) this.dismiss(this.#dismissal)
    }
    if (this.#state === 'open' && this.#inputEnded) this.close()
    if (this.socket.destroyed || this.#state === 'closing') return this.#finish()
    if (this.#state !== 'open') return
    const silence = this.#decoder.silence?.()
    if (silence !== undefined) this.#silenceTimer = this.clock.after(silence, () => this.#silent())
  }

  #hold(): void {
    this.#held = true
    this.socket.pause()
    this.#outbox.whenFlushed(() => {
      this.#held = false
      this.socket.resume()
      if (!this.#busy) this.#handle()
    })
  }

  #next(): Decoded<In> | undefined {
    const item = this.#decoder.next()
    if (item || !this.#inputEnded || this.#decoder.silence?.() === undefined) return item
    this.#decoder.settle?.()
    return this.#decoder.next()
  }

  #silent(): void {
    this.#decoder.settle?.()
    if (!this.#busy && !this.#held) this.#handle()
  }

  #handled(bug?: unknown): void {
    this.#busy = false
    if (bug !== undefined) this.#fault(bug)
    if (this.#dismissal) this.dismiss(this.#dismissal)
    this.socket.resume()
    this.#handle()
  }

  #whenReceived(run: () => void): void {
    this.#outbox.whenFlushed(() => {
      if (this.#dialect.received === 'flushed') run()
      else this.#awaitingInput.push(run)
    })
  }

  /** The socket is closed for good, whoever ended it. */
  #gone(): void {
    this.#outbox.discard()
    if (!this.#busy) this.#finish()
  }

  #finish(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#signInTimer()
    this.#silenceTimer()
    this.#awaitingInput = []
    this.#guard(() => this.#session.closed())
    this.#host.changed(this, 'ended')
    this.#log.info({ connection: this.id, user: this.#user }, 'closed')
    if (this.socket.destroyed) return
    // A client that still sends must be able to read our last words before it is reset.
    let cut = this.clock.after(drainMs, () => this.socket.destroy())
    this.socket.once('finish', () => {
      cut()
      if (!this.socket.destroyed) cut = this.clock.after(lingerMs, () => this.socket.destroy())
    })
    this.socket.once('close', () => cut())
    this.socket.resume()
  }

  /** A session that throws has a bug: it ends this one connection and nothing else. */
  #guard<T>(run: () => T): T | undefined {
    try {
      return run()
    } catch (bug) {
      this.#fault(bug)
      return undefined
    }
  }

  #fault(bug: unknown): void {
    const stack = bug instanceof Error ? bug.stack : String(bug)
    this.#log.error({ connection: this.id, stack }, 'a bug in a session')
    this.socket.destroy()
  }
}
