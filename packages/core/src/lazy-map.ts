/**
 * A map that takes no memory to speak of while it is empty. One of thousands of connections has it,
 * and few need it.
 */
export class LazyMap<K, V> {
  #entries: Map<K, V> | undefined

  get(key: K): V | undefined {
    return this.#entries?.get(key)
  }

  has(key: K): boolean {
    return this.#entries?.has(key) ?? false
  }

  set(key: K, value: V): void {
    this.#entries ??= new Map()
    this.#entries.set(key, value)
  }

  delete(key: K): void {
    this.#entries?.delete(key)
    if (this.#entries?.size === 0) this.#entries = undefined
  }

  *[Symbol.iterator](): Generator<[K, V]> {
    if (this.#entries) yield* this.#entries
  }
}
