import type { Flusher } from './flusher.ts'
import { pieceCost, Places, type Place } from './places.ts'
import type { Follower, Tape } from './tape.ts'

/** Where bytes go in the end. */
export interface Sink {
  /** Bytes that were written and that the system has not taken yet. */
  readonly unsent: number
  /** `taken` runs later, once the system has taken these bytes and all before them. Bytes may be none. */
  write(bytes: Uint8Array, taken?: () => void): void
  end(ended: () => void): void
}

/** Whoever owns an outbox. */
export interface OutboxOwner {
  /** The reader is further behind than it may be. Called once, when a flush is through. */
  tooSlow(): void
  /** Readers together are too far behind, and this one is furthest. */
  crowdedOut(): void
  /** Everything is written, and our side has ended. */
  sent(): void
}

/** Bytes of its own that a connection is sent when its tape has reached `at`; or a number of bytes of the tape that it skips. */
interface Piece {
  readonly at: number
  readonly bytes: Uint8Array | number
}

/**
 * What one connection is still to be sent: a position on a tape that it shares, and pieces of its own in between. Promises:
 * never blocks; never reorders; writes at most once a flush. Where the reader is more than `limit` bytes behind by then, all
 * that waits is dropped, `tooSlow` is called once the flush is through, and nothing more is taken but last words.
 */
export class Outbox implements Follower {
  readonly #owner: OutboxOwner
  readonly #sink: Sink
  readonly #flusher: Flusher
  readonly #limit: number
  #pieces: Piece[] = none
  /** What `pieces` cost in memory. */
  #queued = 0
  #tape: Tape | undefined
  #position = 0
  /** To run once all that was queued has been taken. */
  #afterFlush: (() => void)[] = none
  /** `dropped`: the reader was too slow. `ending`: what is queued is written, and then the end. */
  #state: 'open' | 'dropped' | 'ending' | 'ended' = 'open'
  /** Present while a place is kept. What stands before `pieces` and may not be written yet is in there. */
  #places: Places | undefined

  constructor(sink: Sink, flusher: Flusher, limit: number, owner: OutboxOwner) {
    this.#owner = owner
    this.#sink = sink
    this.#flusher = flusher
    this.#limit = limit
  }

  get idle(): boolean {
    return this.#pieces.length === 0 && this.#afterFlush.length === 0 && this.#sink.unsent === 0 && !this.#places
  }

  /**
   * What it costs in memory, in bytes, that pieces of its own wait for a flush or for the system, and all that waits behind a
   * place that is kept.
   */
  get pending(): number {
    return this.#queued + (this.#places?.size ?? 0) + this.#sink.unsent
  }

  /** For the flusher, once it is through. */
  tooSlow(): void {
    this.#owner.tooSlow()
  }

  /** The same. */
  crowdedOut(): void {
    this.#owner.crowdedOut()
  }

  put(bytes: Uint8Array): void {
    if (this.#queue(bytes)) this.#flusher.visit(this)
  }

  /** The same for a reply, which may wait a little longer. */
  reply(bytes: Uint8Array): void {
    if (this.#queue(bytes)) this.#flusher.visitReply(this)
  }

  /**
   * Runs once the system has taken all that was put, and all that the tape had, until now. Never where the connection ends or
   * is dropped before that.
   */
  whenFlushed(run: () => void): void {
    if (this.#state !== 'open') return
    if (this.#afterFlush.length === 0) this.#afterFlush = [run]
    else this.#afterFlush.push(run)
    this.#flusher.visit(this)
  }

  /**
   * Keeps a place for something that is said later: a reply that waits for a disk stands at its place in the order all the
   * same. What comes after it waits until `fill`.
   */
  hold(): Place {
    if (this.#state !== 'open') return { chunks: [] }
    this.#places ??= new Places()
    this.#flusher.visit(this)
    return this.#places.add(() => this.#take())
  }

  /** What `say` puts stands at the place that was kept, and what waited behind it follows. */
  fill(place: Place, say: () => void): void {
    const places = this.#places
    if (!places?.has(place)) return say()
    try {
      places.fill(place, say)
    } finally {
      if (this.#places === places && places.isEmpty) this.#settle()
      this.#flusher.visit(this)
    }
  }

  /** What is put from here on is sent also to a reader that was dropped. `end` follows. */
  lastWords(): void {
    if (this.#state === 'dropped') this.#state = 'open'
  }

  /** Ends the sink once everything up to here is written. A place that is kept stays empty. */
  end(): void {
    if (this.#state === 'dropped') this.#state = 'open'
    if (this.#state !== 'open') return
    this.#settle()
    this.#tape?.delete(this)
    this.#state = 'ending'
    this.#flusher.visit(this)
  }

  /** The sink is gone. */
  discard(): void {
    this.#forget()
    this.#flusher.caughtUp(this)
    this.#state = 'ended'
  }

  /** For the tape: from here on hears what is written on it. False: it takes nothing any more. */
  follow(tape: Tape): boolean {
    if (this.#state !== 'open') return false
    this.#tape = tape
    this.#position = tape.end
    return true
  }

  /** For the tape. */
  unfollow(): void {
    if (this.#places) this.#places.putBehind(this.#take())
    else this.#putFirst(this.#take())
    this.#tape = undefined
  }

  /** What is written on the tape next, `length` bytes, is not for this connection. */
  skip(length: number): void {
    if (this.#state === 'open' && this.#tape) this.#push({ at: this.#tape.end, bytes: length })
  }

  /** For the flusher. False: the reader is too far behind, and all that waited was dropped. */
  flush(): boolean {
    const tape = this.#tape
    if (tape && this.#pieces === none && this.#afterFlush === none && !this.#places) return this.#flushTape(tape)
    if (this.#state === 'ended' || this.#state === 'dropped') return true
    if (this.#state === 'open' && this.#hasBytes && this.#isBehind) return this.#drop()
    if (this.#places) this.#writeUntil(this.#places)
    else if (this.#pieces.length > 0 || this.#afterFlush.length > 0) this.#write(this.#take(), this.#takeAfterFlush())
    if (this.#state === 'ending') {
      this.#state = 'ended'
      this.#sink.end(() => this.#owner.sent())
    }
    return true
  }

  get #hasBytes(): boolean {
    return this.#pieces.length > 0 || this.#places !== undefined || (this.#tape?.end ?? 0) > this.#position
  }

  get #isBehind(): boolean {
    return this.#sink.unsent + (this.#places?.size ?? 0) > this.#limit
  }

  #drop(): false {
    this.#forget()
    this.#state = 'dropped'
    return false
  }

  #forget(): void {
    const tape = this.#tape
    this.#tape = undefined
    this.#pieces = none
    this.#queued = 0
    this.#afterFlush = none
    this.#places = undefined
    tape?.delete(this)
  }

  /** The way of nearly every flush: the same stretch of the tape for everybody. Who follows a tape is open. */
  #flushTape(tape: Tape): boolean {
    const { end } = tape
    if (this.#position === end) return true
    if (this.#sink.unsent > this.#limit) return this.#drop()
    const bytes = tape.shared(this.#position)
    this.#position = end
    this.#sink.write(bytes)
    if (this.#sink.unsent > 0) this.#flusher.lags(this)
    return true
  }

  /** Writes what stands before the first place. What stands behind the last one is kept as bytes, since the tape moves on. */
  #writeUntil(places: Places): void {
    places.putBehind(this.#take())
    const chunks = places.takeFront()
    if (chunks.length > 0) this.#write(chunks)
    if (places.size > 0) this.#flusher.lags(this)
  }

  /** False: it is not for the next flush. */
  #queue(bytes: Uint8Array): boolean {
    if (this.#state !== 'open' || this.#places?.put(bytes)) return false
    this.#queued += bytes.length + pieceCost
    this.#push({ at: this.#tape?.end ?? 0, bytes })
    return true
  }

  #push(piece: Piece): void {
    if (this.#pieces.length === 0) this.#pieces = [piece]
    else this.#pieces.push(piece)
  }

  /** All that is queued behind the places, in order, and the queue is empty. */
  #take(): Uint8Array[] {
    const chunks: Uint8Array[] = []
    for (const { at, bytes } of this.#pieces) {
      this.#readTape(at, chunks)
      if (typeof bytes === 'number') this.#position += bytes
      else chunks.push(bytes)
    }
    this.#pieces = none
    this.#queued = 0
    this.#readTape(this.#tape?.end ?? 0, chunks)
    return chunks
  }

  #readTape(until: number, chunks: Uint8Array[]): void {
    if (!this.#tape || this.#position >= until) return
    this.#tape.read(this.#position, until, chunks)
    this.#position = until
  }

  /** No place is kept any more: what waited for one goes with the next flush. */
  #settle(): void {
    const waited = this.#places?.takeAll()
    this.#places = undefined
    if (waited) this.#putFirst(waited)
  }

  #putFirst(chunks: readonly Uint8Array[]): void {
    if (chunks.length === 0) return
    const first = chunks.map((bytes) => ({ at: 0, bytes }))
    for (const bytes of chunks) this.#queued += bytes.length + pieceCost
    this.#pieces = this.#pieces.length > 0 ? [...first, ...this.#pieces] : first
    this.#flusher.visit(this)
  }

  #write(chunks: readonly Uint8Array[], taken?: () => void): void {
    // One copy into one buffer costs less than a gathered write of many small pieces.
    this.#sink.write(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks), taken)
    if (this.#sink.unsent > 0) this.#flusher.lags(this)
  }

  #takeAfterFlush(): (() => void) | undefined {
    if (this.#afterFlush.length === 0) return undefined
    const waiting = this.#afterFlush
    this.#afterFlush = none
    return () => {
      if (this.#state === 'open') for (const run of waiting) run()
    }
  }
}

/** Shared by all outboxes that have nothing of the kind, and never changed. */
const none: never[] = []
