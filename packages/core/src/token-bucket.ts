import type { Clock } from './ports/clock.ts'
import type { Rate } from './settings.ts'

/** Says yes `burst` times at once and then `perSecond` times a second. */
export class TokenBucket {
  readonly #rate: Rate | null
  readonly #clock: Clock
  #tokens: number
  #at: number

  constructor(rate: Rate | null, clock: Clock) {
    this.#rate = rate
    this.#clock = clock
    this.#tokens = rate?.burst ?? 0
    this.#at = clock.monotonic()
  }

  take(): boolean {
    if (!this.#rate) return true
    const now = this.#clock.monotonic()
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + ((now - this.#at) / 1000) * this.#rate.perSecond)
    this.#at = now
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
  }
}
