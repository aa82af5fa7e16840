import type { Wire } from '@parley/core'
import type { Flushable, Flusher, FlushedTogether } from './flusher.ts'

/** A connection that hears what is on a tape. */
export interface Follower extends Flushable {
  /** From here on it hears what is written on the tape. False: it takes nothing any more. */
  follow(tape: Tape): boolean
  unfollow(): void
}

/** Bytes of one block. A longer message has a block of its own. */
const blockBytes = 65_536

/**
 * Everybody who shares a wire. What is said to all goes on one tape, once, however many listen. Each follower keeps a position
 * on it, and a flush hands the whole stretch to all of them as one buffer. So a broadcast costs the same for ten listeners as
 * for ten thousand until the flush's one write to each (decision 3). Written bytes are never changed.
 */
export class Tape implements FlushedTogether {
  readonly wire: Wire
  readonly #flusher: Flusher
  readonly #followers = new Set<Follower>()
  #block: Uint8Array = new Uint8Array(0)
  /** The position of the block's first byte. */
  #blockStart = 0
  #end = 0
  /** Blocks before this one that somebody may still read. */
  #older: { readonly start: number; readonly bytes: Uint8Array }[] = []
  /** The stretch that was asked for last: most followers ask for the same one. */
  #last: { readonly from: number; readonly until: number; readonly bytes: Uint8Array } | undefined

  constructor(wire: Wire, flusher: Flusher) {
    this.wire = wire
    this.#flusher = flusher
  }

  get size(): number {
    return this.#followers.size
  }

  /** How many bytes were ever written on it. Positions count from the first. */
  get end(): number {
    return this.#end
  }

  get followers(): Iterable<Follower> {
    return this.#followers
  }

  add(follower: Follower): void {
    if (!this.#followers.has(follower) && follower.follow(this)) this.#followers.add(follower)
  }

  delete(follower: Follower): void {
    if (this.#followers.delete(follower)) follower.unfollow()
  }

  append(bytes: Uint8Array): void {
    const used = this.#end - this.#blockStart
    if (used + bytes.length > this.#block.length) this.#newBlock(bytes.length)
    this.#block.set(bytes, this.#end - this.#blockStart)
    this.#end += bytes.length
    this.#flusher.visitTape(this, bytes.length, this.#followers.size)
  }

  /** Appends the bytes from position `from` to `until` to `chunks`. Shared: never changed by anybody. */
  read(from: number, until: number, chunks: Uint8Array[]): void {
    let position = from
    for (const { start, bytes } of this.#older) {
      const end = start + bytes.length
      if (position >= until || position >= end) continue
      chunks.push(bytes.subarray(position - start, Math.min(until, end) - start))
      position = Math.min(until, end)
    }
    if (position < until) chunks.push(this.#block.subarray(position - this.#blockStart, until - this.#blockStart))
  }

  /** The bytes from position `from` to the end as one buffer, which all share who ask for the same. */
  shared(from: number): Uint8Array {
    const last = this.#last
    if (last && last.from === from && last.until === this.#end) return last.bytes
    const chunks: Uint8Array[] = []
    this.read(from, this.#end, chunks)
    const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
    this.#last = { from, until: this.#end, bytes }
    return bytes
  }

  /** Every follower has read to the end. */
  allRead(): void {
    this.#older = []
    this.#last = undefined
  }

  #newBlock(least: number): void {
    const used = this.#end - this.#blockStart
    if (used > 0) this.#older.push({ start: this.#blockStart, bytes: this.#block.subarray(0, used) })
    this.#block = Buffer.allocUnsafeSlow(Math.max(blockBytes, least))
    this.#blockStart = this.#end
  }
}
