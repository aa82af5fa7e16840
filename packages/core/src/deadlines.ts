/**
 * Deadlines that all lie the same time ahead when they are set, so that the order of setting is the
 * order of falling due.
 */
export class Deadlines<K> {
  readonly #ms: number
  readonly #due = new Map<K, number>()
  /**
   * Of the first one; undefined: to be looked up. A look at each entry of the log must cost
   * nothing.
   */
  #next: number | null | undefined = null

  constructor(ms: number) {
    this.#ms = ms
  }

  /** When the next one falls due, in the log's time; null: there is none. */
  get next(): number | null {
    if (this.#next === undefined) this.#next = this.#first()
    return this.#next
  }

  /** Starts anew where there is one already. */
  set(key: K, now: number): void {
    this.delete(key)
    this.#due.set(key, now + this.#ms)
    if (this.#due.size === 1) this.#next = now + this.#ms
  }

  delete(key: K): void {
    const due = this.#due.get(key)
    if (due === undefined) return
    this.#due.delete(key)
    if (due === this.#next) this.#next = undefined
  }

  /** The keys that are due by `now`, oldest first. They are deleted. */
  *due(now: number): Generator<K> {
    for (const [key, due] of this.#due) {
      if (due > now) return
      this.delete(key)
      yield key
    }
  }

  entries(): readonly (readonly [K, number])[] {
    return [...this.#due]
  }

  restore(entries: Iterable<readonly [K, number]>): void {
    this.#due.clear()
    for (const [key, due] of entries) this.#due.set(key, due)
    this.#next = undefined
  }

  #first(): number | null {
    for (const due of this.#due.values()) return due
    return null
  }
}

/** The earlier of two times; null: never. */
export function earlier(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other
  return Math.min(one, other)
}
