import type { Cancel, Clock } from '@parley/core'
import type { ByteStream, StreamReader } from './byte-stream.ts'

/** How long the far side may keep an ended connection open once it was sent everything. */
const lingerMs = 2_000
/** How long it may take to be sent everything. */
const drainMs = 10_000

/**
 * Waits for the far side of a connection that we end. It reads on without a listener: a client that
 * still sends would be reset, and could not read our last words.
 */
export class LingeringClose implements StreamReader {
  readonly #stream: ByteStream
  readonly #clock: Clock
  #cut: Cancel

  /** `isSent`: our side has ended already. */
  constructor(stream: ByteStream, clock: Clock, isSent: boolean) {
    this.#stream = stream
    this.#clock = clock
    this.#cut = clock.after(isSent ? lingerMs : drainMs, () => stream.destroy())
    stream.readBy(this)
    stream.resume()
  }

  /** Everything is written, and our side has ended. */
  sent(): void {
    this.#cut()
    if (!this.#stream.closed) this.#cut = this.#clock.after(lingerMs, () => this.#stream.destroy())
  }

  data(): void {}

  ended(): void {}

  closed(): void {
    this.#cut()
  }
}
