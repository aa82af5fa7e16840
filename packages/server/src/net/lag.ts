/** Somebody whose reader is behind. */
interface Laggard {
  /** What that costs in memory, in bytes. */
  readonly pending: number
  /** What waits is let go at once. */
  crowdedOut(): void
}

/** How much is left when somebody had to go: or the next one would have to at the next flush. */
const afterwards = 3 / 4

/**
 * How far all readers together are behind. Past the limit those who are furthest behind go
 * first. Only those who did not take all at once are looked at, and only when they may be too many.
 */
export class Lag {
  readonly #limit: () => number
  /** What each cost when it was looked at last. */
  readonly #pending = new Map<Laggard, number>()
  /** At least what all cost, since they may have caught up. */
  #most = 0

  constructor(limit: () => number) {
    this.#limit = limit
  }

  note(laggard: Laggard): void {
    const { pending } = laggard
    this.#most += pending - (this.#pending.get(laggard) ?? 0)
    this.#pending.set(laggard, pending)
  }

  delete(laggard: Laggard): void {
    this.#most -= this.#pending.get(laggard) ?? 0
    this.#pending.delete(laggard)
  }

  /** Between two flushes. */
  check(): void {
    const limit = this.#limit()
    if (this.#most <= limit) return
    this.#lookAgain()
    if (this.#most <= limit) return
    const furthestFirst = [...this.#pending].sort(([, one], [, other]) => other - one)
    for (const [laggard, pending] of furthestFirst) {
      if (this.#most <= limit * afterwards) break
      this.#pending.delete(laggard)
      this.#most -= pending
      laggard.crowdedOut()
    }
  }

  #lookAgain(): void {
    this.#most = 0
    for (const laggard of this.#pending.keys()) {
      const { pending } = laggard
      if (pending === 0) this.#pending.delete(laggard)
      else this.#pending.set(laggard, pending)
      this.#most += pending
    }
  }
}
