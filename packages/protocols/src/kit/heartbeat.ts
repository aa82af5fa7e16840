import type { Cancel, Clock } from '@parley/core'

const intervalMs = 10_000
const answerMs = 3_000

/** The heartbeat that `ident`, `helo` and `json` share: a PING every 10 s after sign-in, its PONG due within 3 s (I-8, H-14, J-5). */
export class Heartbeat {
  readonly #clock: Clock
  readonly #ping: () => void
  readonly #lost: () => void
  #nextPing: Cancel = () => {}
  #deadline: Cancel | undefined

  constructor(clock: Clock, ping: () => void, lost: () => void) {
    this.#clock = clock
    this.#ping = ping
    this.#lost = lost
  }

  start(): void {
    this.#nextPing = this.#clock.after(intervalMs, () => {
      this.start()
      this.#deadline = this.#clock.after(answerMs, () => {
        this.stop()
        this.#lost()
      })
      this.#ping()
    })
  }

  /** False: nothing had asked for it. */
  pong(): boolean {
    if (!this.#deadline) return false
    this.#deadline()
    this.#deadline = undefined
    return true
  }

  stop(): void {
    this.#nextPing()
    this.#deadline?.()
    this.#deadline = undefined
  }
}
