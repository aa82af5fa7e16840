import type { Channel, Subscriber, Wire } from '@parley/core'
import type { Outbox } from './outbox.ts'
import type { Sweep } from './sweep.ts'

/** A connection's ear that listens to a tape. */
export interface TapeSubscriber extends Subscriber {
  readonly outbox: Outbox
}

/**
 * The channel of everybody who shares a wire. What is cast goes on one tape, once, whoever listens; each follower keeps a
 * position on it, and the sweep hands the whole stretch of a turn to all of them as one buffer. So a broadcast costs the same
 * for ten listeners as for ten thousand until the turn's one write to each (decision 3).
 */
export class Tape implements Channel {
  readonly wire: Wire
  readonly #sweep: Sweep
  readonly #members = new Map<Subscriber, Outbox>()
  #turn: Uint8Array[] = []
  #joined: Uint8Array | undefined
  #start = 0
  #end = 0

  constructor(wire: Wire, sweep: Sweep) {
    this.wire = wire
    this.#sweep = sweep
  }

  get size(): number {
    return this.#members.size
  }

  /** How many bytes were ever cast. Positions count from the first. */
  get end(): number {
    return this.#end
  }

  get followers(): Iterable<Outbox> {
    return this.#members.values()
  }

  join(member: Subscriber): void {
    const { outbox } = member as TapeSubscriber
    if (this.#members.has(member)) return
    this.#members.set(member, outbox)
    outbox.follow(this)
  }

  leave(member: Subscriber): void {
    const outbox = this.#members.get(member)
    if (!outbox) return
    outbox.unfollow()
    this.#members.delete(member)
  }

  cast(bytes: Uint8Array, except: readonly Subscriber[]): void {
    for (const each of except) this.#members.get(each)?.spare(bytes.length)
    this.#turn.push(bytes)
    this.#joined = undefined
    this.#end += bytes.length
    this.#sweep.visit(this)
  }

  /** The bytes from position `from` to `until`, both within this turn. Shared: never changed by anybody. */
  read(from: number, until: number): Uint8Array {
    const all = (this.#joined ??= this.#turn.length === 1 ? this.#turn[0]! : Buffer.concat(this.#turn))
    return until - from === all.length ? all : all.subarray(from - this.#start, until - this.#start)
  }

  /** Every follower has read to the end. */
  clear(): void {
    this.#turn = []
    this.#joined = undefined
    this.#start = this.#end
  }
}
