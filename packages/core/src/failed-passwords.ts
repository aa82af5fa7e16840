import type { NameKey } from './names.ts'
import type { Clock } from './ports/clock.ts'
import type { PasswordLimits } from './settings.ts'

const minute = 60_000

/**
 * Counts failed passwords by name, by address and by both. An attempt is counted before the password is looked at and
 * given back when it was not wrong, so that many attempts at once do not slip through together.
 */
export class FailedPasswords {
  readonly #limits: PasswordLimits
  readonly #clock: Clock
  readonly #attempts = new Map<string, number[]>()
  #sweptAt: number

  constructor(limits: PasswordLimits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
    this.#sweptAt = clock.monotonic()
  }

  /** Answers null when a limit is reached; otherwise what to call when the password was not wrong. */
  attempt(name: NameKey, address: string): (() => void) | null {
    const now = this.#clock.monotonic()
    this.#sweep(now)
    const counted = [
      this.#recent(`both ${name} ${address}`, this.#limits.perNameAndAddress, now),
      this.#recent(`address ${address}`, this.#limits.perAddress, now),
      this.#recent(`name ${name}`, this.#limits.perName, now),
    ]
    if (counted.some(({ times, limit }) => times.length >= limit)) return null
    for (const { times } of counted) times.push(now)
    return () => {
      for (const { times } of counted) {
        const index = times.indexOf(now)
        if (index >= 0) times.splice(index, 1)
      }
    }
  }

  #recent(key: string, limit: number, now: number): { times: number[]; limit: number } {
    let times = this.#attempts.get(key)
    if (!times) this.#attempts.set(key, (times = []))
    while (times.length > 0 && now - times[0]! >= minute) times.shift()
    return { times, limit }
  }

  /** Names and addresses that nobody tried for a minute are forgotten: what strangers type must not fill memory. */
  #sweep(now: number): void {
    if (now - this.#sweptAt < minute) return
    this.#sweptAt = now
    for (const [key, times] of this.#attempts) {
      const last = times.at(-1)
      if (last === undefined || now - last >= minute) this.#attempts.delete(key)
    }
  }
}
