import { AwakeTime } from './awake.ts'

/** Wakes whoever waits for something to happen on any connection. */
export class Alarm {
  #waiting: (() => void) | undefined

  ring(): void {
    this.#waiting?.()
  }

  /** One at a time. True: it rang; false: the time, or so many ms of it, passed. */
  async rings(time: AwakeTime | number): Promise<boolean> {
    return await new Promise((resolve) => {
      const settle = (rang: boolean) => {
        endWaiting()
        this.#waiting = undefined
        resolve(rang)
      }
      const awake = typeof time === 'number' ? new AwakeTime(time) : time
      const endWaiting = awake.passes(() => settle(false))
      this.#waiting = () => settle(true)
    })
  }
}
