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
import { MemoryLink } from './memory-link.ts'
import type { MemoryGate } from './memory-gate.ts'
import { MemorySocket } from './memory-socket.ts'

const lingerMs = 2_000
const frameBeforeSignIn = 16_384
const frame = 65_536
const unsentBytes = 1_048_576
const signInSeconds = 60

/** What a client connects to. Strangers are counted by `name`. */
export interface Listener {
  readonly name: string
  readonly dialect: Dialect<unknown, unknown>
}

/**
 * A connection without a socket: the promises of the gate (frames in order, never two at once, closed once and last) with the
 * same limits, so that sessions run against memory at the pace of the test. What a session throws is kept by the gate as a bug.
 */
export class MemoryConnection implements SessionContext<unknown> {
  readonly socket = new MemorySocket()
  readonly address: string
  readonly listener: Listener
  readonly core: Core
  readonly clock: Clock
  readonly serverName = 'parley'
  readonly subscriber: Subscriber
  readonly #gate: MemoryGate
  readonly #decoder: Decoder<unknown>
  readonly #session: Session<unknown>
  #state: 'open' | 'detached' | 'closing' | 'closed' = 'open'
  #user: string | undefined
  #busySince: number | undefined
  #dismissal: Farewell | undefined
  #link: MemoryLink | undefined
  #unflushed: (() => void)[] = []
  #awaitingInput: (() => void)[] = []
  #signInTimer: Cancel = () => {}
  #silenceTimer: Cancel = () => {}

  constructor(listener: Listener, address: string, gate: MemoryGate) {
    const { dialect } = listener
    this.listener = listener
    this.address = address
    this.core = gate.core
    this.clock = gate.clock
    this.#gate = gate
    this.#decoder = dialect.codec.decoder(() => (this.#user === undefined ? frameBeforeSignIn : frame))
    this.subscriber = this.subscriberOn(dialect.wire)
    this.#session = dialect.session(this)
    this.socket.owner = {
      readable: () => this.#readable(),
      finished: () => this.#proceed(),
      closed: () => this.#gone(),
    }
    this.signedOut()
    this.#guard(() => this.#session.opened())
  }

  get user(): string | undefined {
    return this.#user
  }

  /** Taken out of its protocol: what is written since is anybody's bytes. */
  get detached(): boolean {
    return this.#link !== undefined
  }

  /** Since when, in virtual milliseconds, a frame is being handled. */
  get busySince(): number | undefined {
    return this.#busySince
  }

  send(out: unknown): void {
    if (this.#state === 'open') this.socket.write(this.listener.dialect.codec.encode(out))
  }

  close(): void {
    if (this.#state !== 'open') return
    this.#state = 'closing'
    if (this.#busySince === undefined) queueMicrotask(() => this.#finish())
  }

  signedIn(name: string): void {
    this.#signInTimer()
    this.#user = name
  }

  signedOut(): void {
    this.#signInTimer()
    const seconds = this.listener.dialect.signInSeconds ?? signInSeconds
    this.#signInTimer = this.clock.after(seconds * 1000, () => this.dismiss('sign-in-timeout'))
    this.#user = undefined
  }

  strangers(): number {
    return this.#gate.strangers(this.listener.name)
  }

  detach(): RawLink {
    if (this.#state === 'open') this.#state = 'detached'
    this.#signInTimer()
    this.#silenceTimer()
    this.#link = new MemoryLink(this.socket, this.#decoder.rest?.() ?? new Uint8Array(0))
    return this.#link
  }

  openDoor(dialect: Dialect<unknown, unknown>, visitors: Visitors): Promise<Result<Door, 'no-free-port'>> {
    return this.#gate.openDoor(`${this.listener.name}-door`, dialect, visitors)
  }

  subscriberOn(wire: Wire): Subscriber {
    const isOpen = () => this.#state === 'open' && !this.socket.destroyed
    return {
      channel: this.#gate.channel(wire),
      get open() {
        return isOpen()
      },
      deliver: (bytes) => void (this.#state === 'open' && this.socket.write(bytes)),
      whenReceived: (run) => void this.#unflushed.push(run),
    }
  }

  dismiss(reason: Farewell): void {
    if (this.#state === 'detached') this.socket.destroy()
    if (this.#state !== 'open') return
    if (this.#busySince !== undefined) {
      this.#dismissal = reason
      return
    }
    this.#guard(() => this.#session.farewell(reason))
    this.close()
  }

  /** Once a turn, as the sweep of the gate would: what was sent has left, or the client is too far behind. */
  sweep(): void {
    this.#link?.wake()
    if (this.#state !== 'open') return
    const { unread } = this.socket
    if (unread > unsentBytes) return this.dismiss('too-slow')
    if (unread > 0) return
    for (const run of this.#unflushed.splice(0)) {
      if (this.listener.dialect.received === 'flushed') run()
      else this.#awaitingInput.push(run)
    }
  }

  #readable(): void {
    for (const run of this.#awaitingInput.splice(0)) run()
    this.#proceed()
  }

  #proceed(): void {
    if (this.#link) return this.#link.wake()
    if (this.#busySince === undefined) this.#handle()
  }

  #handle(): void {
    this.#silenceTimer()
    while (this.#state === 'open' && !this.socket.destroyed) {
      const item = this.#next()
      if (!item) break
      this.#busySince = this.clock.monotonic()
      const pending = this.#guard(() => this.#session.received(item))
      if (pending)
        return void pending.then(
          () => this.#handled(),
          (bug: unknown) => this.#handled(bug),
        )
      this.#busySince = undefined
      if (this.#dismissal) this.dismiss(this.#dismissal)
    }
    if (this.#state === 'open' && this.socket.inputEnded) this.close()
    if (this.socket.destroyed || this.#state === 'closing') return this.#finish()
    if (this.#state !== 'open') return
    const silence = this.#decoder.silence?.()
    if (silence !== undefined) this.#silenceTimer = this.clock.after(silence, () => this.#silent())
  }

  #next(): Decoded<unknown> | undefined {
    for (;;) {
      const item = this.#decoder.next()
      if (item) return item
      const chunk = this.socket.take()
      if (!chunk) break
      this.#decoder.push(chunk)
    }
    if (!this.socket.inputEnded || this.#decoder.silence?.() === undefined) return undefined
    this.#decoder.settle?.()
    return this.#decoder.next()
  }

  #silent(): void {
    this.#decoder.settle?.()
    if (this.#busySince === undefined) this.#handle()
  }

  #handled(bug?: unknown): void {
    this.#busySince = undefined
    if (bug !== undefined) this.#gate.report(bug, this)
    if (this.#dismissal) this.dismiss(this.#dismissal)
    this.#handle()
  }

  #gone(): void {
    this.#unflushed = []
    this.#link?.wake()
    if (this.#busySince === undefined) this.#finish()
  }

  #finish(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#signInTimer()
    this.#silenceTimer()
    this.#awaitingInput = []
    this.socket.end()
    this.#guard(() => this.#session.closed())
    this.#gate.ended(this)
    if (this.socket.destroyed) return
    const cut = this.clock.after(lingerMs, () => this.socket.destroy())
    this.socket.owner = { readable: () => {}, finished: () => {}, closed: cut }
  }

  #guard<T>(run: () => T): T | undefined {
    try {
      return run()
    } catch (bug) {
      this.#gate.report(bug, this)
      return undefined
    }
  }
}
