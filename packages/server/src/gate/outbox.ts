import type { Sweep } from './sweep.ts'
import type { Tape } from './tape.ts'

/** Where bytes go in the end: a TCP or TLS socket. */
export interface Sink {
  /** Bytes that were written and that the system has not taken yet. */
  readonly writableLength: number
  write(bytes: Uint8Array, flushed?: () => void): boolean
  end(): void
}

/** Bytes of its own that a connection is sent when its tape has reached `at`; or a number of bytes of the tape that it is spared. */
interface Piece {
  readonly at: number
  readonly bytes: Uint8Array | number
}

/**
 * What one connection is still to be sent: a reading position on a tape that it shares, and pieces of its own in between.
 * Promises: never blocks; never reorders; writes at most once a turn, when the sweep comes by; gives nothing more to a
 * sink that is more than `limit` bytes behind by then, and calls `behind` once the sweep is through.
 */
export class Outbox {
  readonly behind: () => void
  readonly #sink: Sink
  readonly #sweep: Sweep
  readonly #limit: number
  #pieces: Piece[] = []
  #queued = 0
  #tape: Tape | undefined
  #position = 0
  #unflushed: (() => void)[] = []
  #state: 'open' | 'ending' | 'ended' = 'open'

  constructor(sink: Sink, sweep: Sweep, limit: number, behind: () => void) {
    this.behind = behind
    this.#sink = sink
    this.#sweep = sweep
    this.#limit = limit
  }

  get idle(): boolean {
    return this.#pieces.length === 0 && this.#unflushed.length === 0 && this.#sink.writableLength === 0
  }

  /** Bytes of its own that wait for the sweep or for the system. */
  get pending(): number {
    return this.#queued + this.#sink.writableLength
  }

  put(bytes: Uint8Array): void {
    if (this.#state !== 'open') return
    this.#queued += bytes.length
    this.#pieces.push({ at: this.#tape?.end ?? 0, bytes })
    this.#sweep.visit(this)
  }

  /** Runs once the system has taken all that was put and cast so far; never when the connection ends before that. */
  whenFlushed(run: () => void): void {
    if (this.#state !== 'open') return
    this.#unflushed.push(run)
    this.#sweep.visit(this)
  }

  /** Ends the sink once everything up to here is written. */
  end(): void {
    if (this.#state !== 'open') return
    this.unfollow()
    this.#state = 'ending'
    this.#sweep.visit(this)
  }

  /** The sink is gone. */
  discard(): void {
    this.#state = 'ended'
    this.#pieces = []
    this.#queued = 0
    this.#unflushed = []
  }

  /** From here on hears what is cast on the tape. */
  follow(tape: Tape): void {
    this.#tape = tape
    this.#position = tape.end
  }

  unfollow(): void {
    this.#pieces = this.#take().map((bytes) => ({ at: 0, bytes }))
    this.#queued = this.#pieces.reduce((sum, { bytes }) => sum + (typeof bytes === 'number' ? 0 : bytes.length), 0)
    this.#tape = undefined
    // The tape's sweep no longer comes by here.
    if (this.#pieces.length > 0) this.#sweep.visit(this)
  }

  /** What is cast next, `length` bytes, is not for this connection. */
  spare(length: number): void {
    if (this.#state === 'open' && this.#tape) this.#pieces.push({ at: this.#tape.end, bytes: length })
  }

  /** For the sweep. False: the reader is too far behind, and what this turn brought was dropped. */
  flush(): boolean {
    if (this.#state === 'ended') return true
    const chunks = this.#take()
    if (this.#state === 'open' && this.#sink.writableLength > this.#limit) return false
    this.#write(chunks)
    if (this.#state === 'ending') {
      this.#state = 'ended'
      this.#sink.end()
    }
    return true
  }

  /** All that is queued, in order, and the queue is empty. */
  #take(): Uint8Array[] {
    const chunks: Uint8Array[] = []
    for (const { at, bytes } of this.#pieces) {
      this.#readTape(at, chunks)
      if (typeof bytes === 'number') this.#position += bytes
      else chunks.push(bytes)
    }
    this.#pieces = []
    this.#queued = 0
    this.#readTape(this.#tape?.end ?? 0, chunks)
    return chunks
  }

  #readTape(until: number, chunks: Uint8Array[]): void {
    if (!this.#tape || this.#position >= until) return
    chunks.push(this.#tape.read(this.#position, until))
    this.#position = until
  }

  #write(chunks: readonly Uint8Array[]): void {
    const flushed = this.#flushed()
    // One copy into one buffer costs less than a gathered write of many small pieces.
    if (chunks.length > 0) this.#sink.write(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks), flushed)
    else flushed?.()
  }

  #flushed(): (() => void) | undefined {
    if (this.#unflushed.length === 0) return undefined
    const waiting = this.#unflushed
    this.#unflushed = []
    return () => {
      if (this.#state !== 'ended') for (const run of waiting) run()
    }
  }
}
