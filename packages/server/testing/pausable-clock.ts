import type { Cancel, Clock } from '@parley/core'

/** A clock as a process sees it that can be stopped: what falls due meanwhile runs when it goes on. */
export class PausableClock implements Clock {
  readonly #clock: Clock
  #isPaused = false
  #due: (() => void)[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  now(): number {
    return this.#clock.now()
  }

  monotonic(): number {
    return this.#clock.monotonic()
  }

  after(ms: number, run: () => void): Cancel {
    let isOff = false
    const runOnce = () => {
      if (!isOff) run()
    }
    const cancel = this.#clock.after(ms, () => {
      if (this.#isPaused) this.#due.push(runOnce)
      else run()
    })
    return () => {
      isOff = true
      cancel()
    }
  }

  pause(): void {
    this.#isPaused = true
  }

  goOn(): void {
    this.#isPaused = false
    const due = this.#due
    this.#due = []
    for (const run of due) run()
  }
}
