import type { Cancel, Clock } from '../src/ports/clock.ts'

interface Timer {
  readonly at: number
  readonly run: () => void
}

/** Time that stands still until somebody advances it. */
export class VirtualClock implements Clock {
  #monotonic = 0
  #wall: number
  readonly #timers = new Set<Timer>()

  constructor(wall = Date.UTC(2020, 0, 22)) {
    this.#wall = wall
  }

  /** Timers that neither ran nor were cancelled. */
  get waiting(): number {
    return this.#timers.size
  }

  now(): number {
    return this.#wall
  }

  monotonic(): number {
    return this.#monotonic
  }

  after(ms: number, run: () => void): Cancel {
    const timer: Timer = { at: this.#monotonic + Math.max(ms, 0), run }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  /** Lets `ms` pass: whatever falls due runs, in order of its time, at its time. */
  advance(ms: number): void {
    const end = this.#monotonic + ms
    for (let next = this.#nextUntil(end); next; next = this.#nextUntil(end)) {
      this.#timers.delete(next)
      this.#moveTo(Math.max(next.at, this.#monotonic))
      next.run()
    }
    this.#moveTo(end)
  }

  /** The wall clock jumps, as clocks do; intervals do not notice. */
  jump(ms: number): void {
    this.#wall += ms
  }

  #nextUntil(end: number): Timer | undefined {
    let next: Timer | undefined
    for (const timer of this.#timers) if (timer.at <= end && (!next || timer.at < next.at)) next = timer
    return next
  }

  #moveTo(monotonic: number): void {
    this.#wall += monotonic - this.#monotonic
    this.#monotonic = monotonic
  }
}
