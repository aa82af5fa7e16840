/** Wakes whoever waits for something to happen on any connection. */
export class Alarm {
  #waiting: (() => void) | undefined

  ring(): void {
    this.#waiting?.()
  }

  /** One at a time. True: it rang; false: `ms` passed. */
  async rings(ms: number): Promise<boolean> {
    return await new Promise((resolve) => {
      const settle = (rang: boolean) => {
        clearTimeout(timer)
        this.#waiting = undefined
        resolve(rang)
      }
      const timer = setTimeout(() => settle(false), Math.max(ms, 0))
      this.#waiting = () => settle(true)
    })
  }
}
