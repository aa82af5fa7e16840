/** Carries out work, so many pieces at a time, and each begun in its order. Ends early when `stopped`. */
export async function inParallel<T>(
  items: readonly T[],
  lanes: number,
  stopped: () => boolean,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items.values()
  const lane = async () => {
    for (const item of waiting) {
      if (stopped()) return
      await work(item)
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

/**
 * Things of which each is used by one at a time. Whoever takes several gets them at once, and those
 * that cost least so far.
 */
export class Pool<T> {
  #free: T[]
  readonly #costs = new Map<T, number>()
  readonly #waiting: { readonly count: number; readonly give: (taken: readonly T[]) => void }[] = []

  constructor(items: readonly T[]) {
    this.#free = [...items]
  }

  /** Resolves when so many are free, in the order of asking. `count` is at most what there is. */
  take(count: number): Promise<readonly T[]> {
    return new Promise((resolve) => {
      this.#waiting.push({ count, give: resolve })
      this.#serve()
    })
  }

  /** `cost`: what using them has cost each. */
  putBack(items: readonly T[], cost = 0): void {
    for (const item of items) this.#costs.set(item, this.#cost(item) + cost)
    this.#free = [...this.#free, ...items].toSorted((one, other) => this.#cost(one) - this.#cost(other))
    this.#serve()
  }

  #cost(item: T): number {
    return this.#costs.get(item) ?? 0
  }

  #serve(): void {
    for (let next = this.#waiting[0]; next && next.count <= this.#free.length; next = this.#waiting[0]) {
      this.#waiting.shift()
      next.give(this.#free.splice(0, next.count))
    }
  }
}
