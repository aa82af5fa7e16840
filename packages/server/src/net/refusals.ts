import type { Cancel, Clock } from '@parley/core'
import type { Logger } from '../logger.ts'

const windowMs = 10_000

/**
 * Logs what is refused, of each kind one line in ten seconds with how often it happened: whoever
 * fills a limit must not fill the log.
 */
export class Refusals {
  readonly #logger: Logger
  readonly #clock: Clock
  /** By kind, those that were not logged. */
  readonly #more = new Map<string, number>()
  readonly #timers = new Set<Cancel>()

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger
    this.#clock = clock
  }

  note(kind: string, fields: object): void {
    const more = this.#more.get(kind)
    if (more !== undefined) {
      this.#more.set(kind, more + 1)
      return
    }
    this.#logger.warn(fields, kind)
    this.#more.set(kind, 0)
    const timer = this.#clock.after(windowMs, () => {
      this.#timers.delete(timer)
      this.#say(kind)
    })
    this.#timers.add(timer)
  }

  /** Logs what was not logged yet. */
  close(): void {
    for (const cancel of this.#timers) cancel()
    this.#timers.clear()
    for (const kind of this.#more.keys()) this.#say(kind)
  }

  #say(kind: string): void {
    const more = this.#more.get(kind) ?? 0
    this.#more.delete(kind)
    if (more > 0) this.#logger.warn({ more }, kind)
  }
}
