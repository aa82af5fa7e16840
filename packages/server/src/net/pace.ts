/** Whoever has something to send that nobody asked for. */
interface Paced {
  /** Sends some of it, and waits again where there is more. */
  sendPaced(): void
}

/** Bytes of it in one turn of the event loop, for all connections together. */
const bytesATurn = 262_144

/**
 * Spreads over time what is a lot, such as every key for everybody: in each turn of the event
 * loop some of it, one connection after another.
 */
export class Pace {
  readonly #waiting = new Set<Paced>()
  #left = bytesATurn
  #isScheduled = false

  /** Whether nobody waits. */
  get idle(): boolean {
    return this.#waiting.size === 0
  }

  /** False: enough was sent in this turn. */
  get isOpen(): boolean {
    return this.#left > 0
  }

  /** So many bytes were sent. */
  spend(bytes: number): void {
    this.#left -= bytes
    this.#schedule()
  }

  wait(paced: Paced): void {
    this.#waiting.add(paced)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(this.#run)
  }

  readonly #run = (): void => {
    this.#left = bytesATurn
    this.#isScheduled = false
    for (const paced of this.#waiting) {
      if (!this.isOpen) break
      this.#waiting.delete(paced)
      paced.sendPaced()
    }
    if (!this.idle) this.#schedule()
  }
}
