import { Lag } from './lag.ts'

/** What a flush comes by: one connection. */
export interface Flushable {
  /** Writes what is queued. False: the reader is too far behind, and all that waited was dropped. */
  flush(): boolean
  /** Called after a flush that returned false, once all others are through. */
  tooSlow(): void
  /** What it costs in memory, in bytes, that its reader has not taken what it was written. */
  readonly pending: number
  /** Readers together are too far behind, and this one is furthest: what waits for it is let go at once. */
  crowdedOut(): void
}

/** What is said to many: those who hear it, in one flush. */
export interface FlushedTogether {
  readonly followers: Iterable<Flushable>
  /** Every follower has been flushed. */
  allRead(): void
}

/** How long replies may wait while input keeps coming, in milliseconds. */
const replyWaitMs = 2
/** The same for what goes to everybody, which is at least twice as long as the last flush of that kind took. */
const tapeWaitMs = 4
const longestTapeWaitMs = 150
/** Bytes to be written to everybody after which no more input is handled before they are. */
const mostOwed = 8_388_608
/** Of one message, what is not counted: writing it costs the same as writing nothing. */
const freeBytes = 256

/**
 * Writes every connection that has something queued, at most once a flush, when all input that has arrived was handled. What
 * somebody says to somebody is written at once. A reply to the one who asked may wait a little while more input keeps coming:
 * often something else goes to the same connection by then, and a write costs more than all the rest. What goes to everybody
 * waits in proportion to what writing it to everybody costs, so that most of the time is left for input: one connection
 * is accepted in a turn of the event loop, and a flush each turn would make ten thousand sign-ins cost fifty million writes.
 * With no input nothing waits (decision 11).
 */
export class Flusher {
  /** Connections that somebody else says something to. */
  #outboxes = new Set<Flushable>()
  /** Connections that are replied to. */
  #replies = new Set<Flushable>()
  #tapes = new Set<FlushedTogether>()
  #scheduled = false
  /** Grows with every chunk and connection that came. */
  #inputs = 0
  #inputsSeen = 0
  #repliesSince = 0
  #tapesSince = 0
  #tapeWait = tapeWaitMs
  /** Bytes of long messages on the tapes, for each who is to hear them. */
  #owed = 0
  readonly #now: () => number
  readonly #lag: Lag
  readonly #flushed: (ms: number) => void

  /**
   * `now`: milliseconds that only grow. `unsentLimit`: bytes that all readers together may be behind.
   * `flushed`: how long a flush took.
   */
  constructor(now: () => number, unsentLimit = () => Infinity, flushed: (ms: number) => void = () => {}) {
    this.#now = now
    this.#lag = new Lag(unsentLimit)
    this.#flushed = flushed
  }

  /** Whether nothing waits to be written. */
  get idle(): boolean {
    return !this.#scheduled
  }

  /** Something has come in. */
  input(): void {
    this.#inputs++
  }

  /** Whether so much is to be written to everybody that input has to wait for it. */
  get isFull(): boolean {
    return this.#owed >= mostOwed
  }

  /** Its reader did not take all that it was written. */
  lags(outbox: Flushable): void {
    this.#lag.note(outbox)
  }

  /** Nothing waits for it any more. */
  caughtUp(outbox: Flushable): void {
    this.#lag.delete(outbox)
  }

  /** The next flush comes by here. */
  visit(outbox: Flushable): void {
    this.#outboxes.add(outbox)
    this.#schedule()
  }

  /** A flush comes by here soon. */
  visitReply(outbox: Flushable): void {
    if (this.#replies.size === 0) this.#repliesSince = this.#now()
    this.#replies.add(outbox)
    this.#schedule()
  }

  /** A flush comes by here and by all who follow the tape, to whom so many bytes more were said. */
  visitTape(tape: FlushedTogether, bytes: number, followers: number): void {
    if (bytes > freeBytes) this.#owed += (bytes - freeBytes) * followers
    if (this.#tapes.size === 0) this.#tapesSince = this.#now()
    this.#tapes.add(tape)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    this.#inputsSeen = this.#inputs
    setImmediate(this.#run)
  }

  readonly #run = (): void => {
    const now = this.#now()
    const isQuiet = this.#inputs === this.#inputsSeen
    this.#inputsSeen = this.#inputs
    const behind: Flushable[] = []
    this.#flush(this.#outboxes, behind)
    if (isQuiet || now - this.#repliesSince >= replyWaitMs) this.#flush(this.#replies, behind)
    if (isQuiet || this.isFull || now - this.#tapesSince >= this.#tapeWait) this.#flushTapes(behind)
    this.#flushed(this.#now() - now)
    // Only now: who is told may speak, and what is said belongs to the next flush.
    for (const outbox of behind) outbox.tooSlow()
    this.#lag.check()
    this.#scheduled = this.#outboxes.size > 0 || this.#replies.size > 0 || this.#tapes.size > 0
    if (this.#scheduled) setImmediate(this.#run)
  }

  #flush(outboxes: Set<Flushable>, behind: Flushable[]): void {
    for (const outbox of outboxes) {
      outboxes.delete(outbox)
      if (!outbox.flush()) behind.push(outbox)
    }
  }

  #flushTapes(behind: Flushable[]): void {
    if (this.#tapes.size === 0) return
    const began = this.#now()
    this.#owed = 0
    const tapes = this.#tapes
    this.#tapes = new Set()
    for (const tape of tapes) {
      for (const outbox of tape.followers) if (!outbox.flush()) behind.push(outbox)
      tape.allRead()
    }
    this.#tapeWait = Math.min(Math.max(tapeWaitMs, 2 * (this.#now() - began)), longestTapeWaitMs)
  }
}
