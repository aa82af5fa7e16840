/** So many at a time; the rest wait, first come, first served. */
export class Slots {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(count: number) {
    this.#free = count
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** Answers how to give the slot back; null: the signal was aborted first. */
  take(signal: AbortSignal): Promise<(() => void) | null> {
    if (signal.aborted) return Promise.resolve(null)
    if (this.#free > 0) {
      this.#free--
      return Promise.resolve(this.#giveBack())
    }
    return new Promise((resolve) => {
      const turn = () => {
        signal.removeEventListener('abort', leave)
        resolve(this.#giveBack())
      }
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1)
        resolve(null)
      }
      this.#waiting.push(turn)
      signal.addEventListener('abort', leave, { once: true })
    })
  }

  #giveBack(): () => void {
    let given = false
    return () => {
      if (given) return
      given = true
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free++
    }
  }
}
