import type { Clock } from '../src/clock.ts'

/** A clock whose time passes when a test says so. */
export class HandClock implements Clock {
  readonly #waiting = new Set<{ readonly run: () => void; readonly ms: number }>()

  after(ms: number, run: () => void): () => void {
    const timer = { run, ms }
    this.#waiting.add(timer)
    return () => void this.#waiting.delete(timer)
  }

  /** Runs all that waits for no longer than that, once. */
  pass(ms: number = Infinity): void {
    const due = [...this.#waiting].filter((timer) => timer.ms <= ms)
    for (const timer of due) this.#waiting.delete(timer)
    for (const { run } of due) run()
  }
}
