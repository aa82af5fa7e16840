import { done, fail, ok, type Clock, type Result } from '@parley/core'
import { SeededRandom } from '@parley/core/testing'
import type { BatchStream, PlacedBatch } from '../src/cluster/batch-stream.ts'

/** How often out of a hundred something goes wrong with what is published. */
interface StreamFaults {
  /** It never gets there. */
  readonly lost: number
  /** It has its place, and nobody says so. */
  readonly unconfirmed: number
  /** The same, and it gets its place long afterwards. */
  readonly late: number
}

const noFaults: StreamFaults = { lost: 0, unconfirmed: 0, late: 0 }
/** How long whoever publishes waits to be told. */
const patienceMs = 1_000
const longestLateMs = 5_000

/** A stream in memory, and all who are connected to it. It has the clock's wall time. */
export class MemoryBatches {
  readonly clock: Clock
  readonly random: SeededRandom
  /** Ids that are remembered. */
  readonly remembered: number
  faults = noFaults
  /** All that have a place, and were not trimmed. */
  readonly batches: PlacedBatch[] = []
  #last = 0
  readonly #ids = new Set<string>()
  readonly #hearers = new Set<() => void>()

  constructor(clock: Clock, seed = 1, remembered = 1_000) {
    this.clock = clock
    this.random = new SeededRandom(seed)
    this.remembered = remembered
  }

  get last(): number {
    return this.#last
  }

  /** What one node has of it. */
  connect(): MemoryBatchStream {
    return new MemoryBatchStream(this)
  }

  place(bytes: Uint8Array, id: string): void {
    if (this.#ids.has(id)) return
    this.#ids.add(id)
    for (const oldest of this.#ids) {
      if (this.#ids.size <= this.remembered) break
      this.#ids.delete(oldest)
    }
    this.batches.push({ position: ++this.#last, at: this.clock.now(), bytes: Uint8Array.from(bytes) })
    for (const hear of this.#hearers) hear()
  }

  trim(upTo: number): void {
    const kept = this.batches.filter(({ position }) => position > upTo)
    this.batches.splice(0, this.batches.length, ...kept)
  }

  watch(hear: () => void): () => void {
    this.#hearers.add(hear)
    return () => void this.#hearers.delete(hear)
  }

  /** Some turns of the event loop. */
  async turns(most = 3): Promise<void> {
    for (let left = 1 + this.random.integer(most); left > 0; left--) {
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}

/** One node's connection to a stream in memory, which a test cuts and mends. */
export class MemoryBatchStream implements BatchStream {
  readonly longest = 1_048_576
  readonly #batches: MemoryBatches
  #isCut = false
  #onMended: (() => void)[] = []
  #underWay = 0

  constructor(batches: MemoryBatches) {
    this.#batches = batches
  }

  /** Whether nothing is on its way. What waits for the clock or to be mended is not. */
  get isIdle(): boolean {
    return this.#underWay === 0
  }

  /** Nothing comes through until `mend`. */
  cut(): void {
    this.#isCut = true
  }

  mend(): void {
    this.#isCut = false
    const waiting = this.#onMended
    this.#onMended = []
    for (const run of waiting) run()
  }

  async publish(bytes: Uint8Array, id: string): Promise<Result<void, 'unknown'>> {
    if (this.#isCut) return this.#nobodySays()
    await this.#busy(this.#batches.turns())
    const { lost, unconfirmed, late } = this.#batches.faults
    const chance = this.#batches.random.integer(100)
    if (this.#isCut || chance < lost) return this.#nobodySays()
    if (chance < lost + late) {
      const ms = this.#batches.random.integer(longestLateMs)
      this.#batches.clock.after(ms, () => this.#batches.place(bytes, id))
      return this.#nobodySays()
    }
    this.#batches.place(bytes, id)
    await this.#busy(this.#batches.turns())
    return this.#isCut || chance < lost + late + unconfirmed ? this.#nobodySays() : done
  }

  consume(after: number, take: (batch: PlacedBatch) => void | Promise<void>): () => void {
    let position = after
    const ending = new AbortController()
    let isTaking = false
    const next = () => this.#batches.batches.find((each) => each.position > position)
    const run = async (): Promise<void> => {
      if (isTaking) return
      isTaking = true
      while (!ending.signal.aborted && next()) {
        await this.#busy(this.#batches.turns())
        if (this.#isCut) await new Promise<void>((resolve) => this.#onMended.push(resolve))
        const batch = next()
        if (ending.signal.aborted || this.#isCut || !batch) continue
        position = batch.position
        await take(batch)
      }
      isTaking = false
    }
    const unwatch = this.#batches.watch(() => void run())
    void run()
    return () => {
      ending.abort()
      unwatch()
    }
  }

  async last(): Promise<Result<number, 'unavailable'>> {
    return this.#isCut ? fail('unavailable') : ok(this.#batches.last)
  }

  async trim(upTo: number): Promise<Result<void, 'unavailable'>> {
    if (this.#isCut) return fail('unavailable')
    this.#batches.trim(upTo)
    return done
  }

  async #busy(turns: Promise<void>): Promise<void> {
    this.#underWay++
    await turns
    this.#underWay--
  }

  #nobodySays(): Promise<Result<void, 'unknown'>> {
    return new Promise((resolve) => {
      this.#batches.clock.after(patienceMs, () => resolve(fail('unknown')))
    })
  }
}
