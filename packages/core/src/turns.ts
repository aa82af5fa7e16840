/** Runs what has the same key one after the other, in the order of asking. What has nobody before it starts at once. */
export class Turns<K> {
  readonly #last = new Map<K, Promise<unknown>>()

  take<T>(key: K, run: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key)
    const mine = before ? before.then(run) : run()
    const over: Promise<unknown> = mine
      .catch(() => {}) // A bug is its caller's to hear of; whoever comes next takes its turn all the same.
      .then(() => this.#last.get(key) === over && this.#last.delete(key))
    this.#last.set(key, over)
    return mine
  }
}
