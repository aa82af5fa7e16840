import type { NameKey } from './names.ts'
import type { Clock } from './ports/clock.ts'
import type { PasswordLimits } from './settings.ts'

const minute = 60_000

/** What is known of one name, one address, or both together. */
interface Counted {
  /** When passwords failed in the last minute. */
  readonly failed: number[]
  /** Passwords that are being looked at. */
  underWay: number
  /** Attempts that wait for one under way, since those alone could reach the limit. */
  waiting: (() => void)[]
}

/** Says how an attempt went. Exactly one of the two is called, once. */
export interface Attempt {
  failed(): void
  /** The password was right, or was not looked at after all. */
  passed(): void
}

/**
 * Counts failed passwords by name, by address and by both. As many are looked at at a time as may still fail; others wait
 * their turn: so many wrong ones at once do not slip through together, and many right ones at once are all let in.
 */
export class FailedPasswords {
  readonly #limits: PasswordLimits
  readonly #clock: Clock
  readonly #counts = new Map<string, Counted>()
  #sweptAt: number

  constructor(limits: PasswordLimits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
    this.#sweptAt = clock.monotonic()
  }

  /** Answers null when a limit is reached. */
  async attempt(name: NameKey, address: string): Promise<Attempt | null> {
    for (;;) {
      const now = this.#clock.monotonic()
      this.#sweep(now)
      const counted = [
        { count: this.#recent(`both ${name} ${address}`, now), limit: this.#limits.perNameAndAddress },
        { count: this.#recent(`address ${address}`, now), limit: this.#limits.perAddress },
        { count: this.#recent(`name ${name}`, now), limit: this.#limits.perName },
      ]
      if (counted.some(({ count, limit }) => count.failed.length >= limit)) return null
      const crowded = counted.find(({ count, limit }) => count.failed.length + count.underWay >= limit)
      if (!crowded) return this.#begin(counted.map(({ count }) => count))
      await new Promise<void>((resolve) => crowded.count.waiting.push(resolve))
    }
  }

  #begin(counts: readonly Counted[]): Attempt {
    for (const count of counts) count.underWay++
    const over = () => {
      for (const count of counts) {
        count.underWay--
        const waiting = count.waiting
        count.waiting = []
        for (const wake of waiting) wake()
      }
    }
    return {
      passed: over,
      failed: () => {
        const now = this.#clock.monotonic()
        for (const { failed } of counts) failed.push(now)
        over()
      },
    }
  }

  #recent(key: string, now: number): Counted {
    let count = this.#counts.get(key)
    if (!count) this.#counts.set(key, (count = { failed: [], underWay: 0, waiting: [] }))
    while (count.failed.length > 0 && now - count.failed[0]! >= minute) count.failed.shift()
    return count
  }

  /** Names and addresses that nobody tried for a minute are forgotten: what strangers type must not fill memory. */
  #sweep(now: number): void {
    if (now - this.#sweptAt < minute) return
    this.#sweptAt = now
    for (const [key, { failed, underWay }] of this.#counts) {
      const last = failed.at(-1)
      if (underWay === 0 && (last === undefined || now - last >= minute)) this.#counts.delete(key)
    }
  }
}
