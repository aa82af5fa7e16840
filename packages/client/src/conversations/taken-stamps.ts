import type { Stamp } from '../stamp.ts'

/** Numbers of messages that were taken, for those who sent them. */
export class TakenStamps {
  readonly #known = new Map<string, Stamp>()
  readonly #waiting = new Map<string, (stamp: Stamp) => void>()

  taken(stamp: Stamp): void {
    const { nonce } = stamp
    if (nonce === null) return
    const wake = this.#waiting.get(nonce)
    this.#waiting.delete(nonce)
    if (wake) wake(stamp)
    else this.#known.set(nonce, stamp)
  }

  /** Called once for each message that was taken. `isSure`: it comes, now or a little later. */
  of(nonce: string, isSure: boolean): Stamp | undefined | Promise<Stamp> {
    const known = this.#known.get(nonce)
    this.#known.delete(nonce)
    if (known || !isSure) return known
    return new Promise((resolve) => this.#waiting.set(nonce, resolve))
  }
}
