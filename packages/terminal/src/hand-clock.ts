import type { Clock } from '@parley/client'

/** For tests: time that passes by hand. */
export class HandClock implements Clock {
  #now = 0
  #due: { readonly at: number; readonly run: () => void }[] = []

  get waiting(): number {
    return this.#due.length
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run }
    this.#due.push(timer)
    return () => void (this.#due = this.#due.filter((each) => each !== timer))
  }

  /** Runs what is due meanwhile, in its order, and lets what follows from it happen. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve))
      const [next] = this.#due.filter(({ at }) => at <= until).sort((one, other) => one.at - other.at)
      if (!next) break
      this.#due = this.#due.filter((each) => each !== next)
      this.#now = next.at
      next.run()
    }
    this.#now = until
  }
}
