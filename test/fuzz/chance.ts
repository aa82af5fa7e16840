import { SeededRandom } from '@parley/core/testing'

/** Choices that a seed repeats. */
export class Chance {
  readonly #random: SeededRandom

  constructor(seed: number) {
    this.#random = new SeededRandom(seed)
  }

  /** A whole number, 0 <= n < `below`. */
  below(below: number): number {
    return this.#random.integer(below)
  }

  /** True `percent` times out of a hundred. */
  odds(percent: number): boolean {
    return this.below(100) < percent
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!
  }

  bytes(length: number): Uint8Array {
    return this.#random.bytes(length)
  }

  /** A seed for what is repeated by itself. */
  seed(): number {
    return this.below(2 ** 31)
  }
}
