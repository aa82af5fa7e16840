/**
 * Several values by one key, in the order in which they were added. A key without values costs
 * nothing.
 */
export class MultiMap<K, V> {
  readonly #sets = new Map<K, Set<V>>()

  /** The values may be deleted while they are iterated. */
  of(key: K): ReadonlySet<V> {
    return this.#sets.get(key) ?? none
  }

  add(key: K, value: V): void {
    const values = this.#sets.get(key)
    if (values) values.add(value)
    else this.#sets.set(key, new Set([value]))
  }

  delete(key: K, value: V): void {
    const values = this.#sets.get(key)
    if (values?.delete(value) && values.size === 0) this.#sets.delete(key)
  }

  clear(): void {
    this.#sets.clear()
  }
}

const none: ReadonlySet<never> = new Set()
