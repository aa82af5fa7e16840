import type { ByteStream, StreamReader } from '../src/net/byte-stream.ts'

/**
 * A byte stream whose far side is a test: it says, hangs up or breaks off, and takes what it is
 * sent when it likes. Everything arrives in a later microtask, as nothing arrives within a call
 * over a network either.
 */
export class MemoryStream implements ByteStream {
  /** What the far side has taken. */
  readonly heard: Uint8Array[] = []
  /** How often the far side was sent something, taken or not. */
  writes = 0
  /** Our side has ended in order. */
  ended = false
  /** We broke it off. */
  broken = false
  closed = false
  received = 0
  unsent = 0
  #reader: StreamReader | undefined
  #paused = false
  #said: Uint8Array[] = []
  #hasHungUp = false
  #endTold = false
  #stalled = false
  readonly #untaken: { readonly bytes: Uint8Array; readonly taken: (() => void) | undefined }[] = []
  #onEnded: (() => void)[] = []
  #ending = false
  #scheduled = false

  // The connection's side.

  readBy(reader: StreamReader): void {
    this.#reader = reader
    this.#schedule()
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#schedule()
  }

  write(bytes: Uint8Array, taken?: () => void): void {
    if (this.closed || this.#ending) return
    this.writes++
    this.unsent += bytes.length
    this.#untaken.push({ bytes, taken })
    this.#schedule()
  }

  end(ended?: () => void): void {
    if (this.closed) return
    this.#ending = true
    if (ended) this.#onEnded.push(ended)
    this.#schedule()
  }

  destroy(): void {
    if (this.closed) return
    this.closed = true
    this.#untaken.length = 0
    this.#onEnded = []
    this.#said = []
    this.unsent = 0
    queueMicrotask(() => {
      const reader = this.#reader
      this.#reader = undefined
      reader?.closed()
    })
  }

  reset(): void {
    this.broken ||= !this.closed
    this.destroy()
  }

  // The far side.

  /** All that the far side has taken, as one text. */
  get text(): string {
    return Buffer.concat(this.heard).toString('utf8')
  }

  say(bytes: Uint8Array | string): void {
    if (this.closed || this.#hasHungUp || bytes.length === 0) return
    this.#said.push(typeof bytes === 'string' ? Buffer.from(bytes) : bytes)
    this.#schedule()
  }

  /** Ends its side in order, and reads on. */
  hangUp(): void {
    this.#hasHungUp = true
    this.#schedule()
  }

  /** Is gone from one moment to the next. */
  breakOff(): void {
    this.destroy()
  }

  stopReading(): void {
    this.#stalled = true
  }

  readOn(): void {
    this.#stalled = false
    this.#schedule()
  }

  /** Whether nothing is on its way in either direction, but for what somebody does not read. */
  get quiet(): boolean {
    return !this.#scheduled
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    queueMicrotask(() => {
      this.#scheduled = false
      this.#take()
      this.#bring()
    })
  }

  /**
   * One chunk at a time: whoever waits for something runs in between, as it does between two chunks
   * of a socket.
   */
  #bring(): void {
    if (this.#paused || this.closed || !this.#reader) return
    const chunk = this.#said.shift()
    if (chunk) {
      this.received += chunk.length
      this.#reader.data(chunk)
      this.#schedule()
    } else if (this.#hasHungUp && !this.#endTold) {
      this.#endTold = true
      this.#reader.ended()
      this.#closeIfBothEnded()
    }
  }

  #take(): void {
    while (!this.#stalled && !this.closed) {
      const next = this.#untaken.shift()
      if (!next) break
      this.heard.push(next.bytes)
      this.unsent -= next.bytes.length
      next.taken?.()
    }
    if (!this.#ending || this.#untaken.length > 0 || this.closed) return
    this.ended = true
    for (const run of this.#onEnded.splice(0)) run()
    this.#closeIfBothEnded()
  }

  #closeIfBothEnded(): void {
    if (this.ended && this.#endTold) this.destroy()
  }
}
