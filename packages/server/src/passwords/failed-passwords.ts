import type { Clock, NameKey } from '@parley/core'
import type { PasswordLimits } from '../config/settings.ts'

const minute = 60_000

/** What is known of one name, one address, or both together. */
interface Count {
  /** When passwords failed in the last minute. */
  readonly failed: number[]
  /** Passwords that are being looked at. */
  underWay: number
  /** Attempts that wait for one under way, since those alone could reach the limit. */
  waiting: (() => void)[]
}

/** Says how an attempt went. Exactly one of the two is called, once. */
interface Attempt {
  failed(): void
  /** The password was right, or was not looked at after all. */
  passed(): void
}

/**
 * Counts failed passwords by name, by address and by both. As many are looked at at a time as
 * may still fail, and the others wait: many wrong ones at once do not slip through together, and
 * many right ones at once are all let in.
 */
export class FailedPasswords {
  readonly #limits: PasswordLimits
  readonly #clock: Clock
  readonly #counts = new Map<string, Count>()
  #sweptAt: number

  constructor(limits: PasswordLimits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
    this.#sweptAt = clock.monotonic()
  }

  /**
   * Null: a limit is reached. `known`: the name's holder has been at this address, so the two are
   * counted by themselves and other people's failures never keep the holder out.
   */
  async attempt(name: NameKey, address: string, known: boolean): Promise<Attempt | null> {
    for (;;) {
      const now = this.#clock.monotonic()
      this.#sweep(now)
      const counted = this.#counted(name, address, known, now)
      if (counted.some(({ count, limit }) => count.failed.length >= limit)) return null
      const crowded = counted.find(({ count, limit }) => count.failed.length + count.underWay >= limit)
      if (!crowded) return this.#begin(counted.map(({ count }) => count))
      await new Promise<void>((resolve) => crowded.count.waiting.push(resolve))
    }
  }

  #counted(name: NameKey, address: string, known: boolean, now: number): { count: Count; limit: number }[] {
    const { perNameAndAddress, perAddress, perName } = this.#limits
    const both = { count: this.#recent(`both ${name} ${address}`, now), limit: perNameAndAddress }
    if (known) return [both]
    return [
      both,
      { count: this.#recent(`address ${address}`, now), limit: perAddress },
      { count: this.#recent(`name ${name}`, now), limit: perName },
    ]
  }

  #begin(counts: readonly Count[]): Attempt {
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

  #recent(key: string, now: number): Count {
    let count = this.#counts.get(key)
    if (!count) this.#counts.set(key, (count = { failed: [], underWay: 0, waiting: [] }))
    while (count.failed.length > 0 && now - count.failed[0]! >= minute) count.failed.shift()
    return count
  }

  /**
   * Names and addresses that nobody tried for a minute are forgotten: what anybody may type must
   * not fill memory.
   */
  #sweep(now: number): void {
    if (now - this.#sweptAt < minute) return
    this.#sweptAt = now
    for (const [key, { failed, underWay }] of this.#counts) {
      const last = failed.at(-1)
      if (underWay === 0 && (last === undefined || now - last >= minute)) this.#counts.delete(key)
    }
  }
}
