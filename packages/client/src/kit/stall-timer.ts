import type { Clock } from '../clock.ts'

/** Runs something when nothing has moved for a while. */
export class StallTimer {
  readonly #clock: Clock
  readonly #ms: number
  readonly #stalled: () => void
  #cancel = () => {}

  constructor(clock: Clock, ms: number, stalled: () => void) {
    this.#clock = clock
    this.#ms = ms
    this.#stalled = stalled
  }

  /** Something has moved: the time begins anew. */
  moved(): void {
    this.#cancel()
    this.#cancel = this.#clock.after(this.#ms, this.#stalled)
  }

  stop(): void {
    this.#cancel()
  }
}
