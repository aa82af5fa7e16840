/**
 * Runs steps one at a time, in the order in which they came. A step begins at once where nothing is
 * under way, and otherwise when all before it have ended.
 */
export class Queue {
  #underWay = 0
  #last: Promise<unknown> = Promise.resolve()

  /** Steps that have not ended. */
  get length(): number {
    return this.#underWay
  }

  /** Settles as the step does. A step that fails does not keep those behind it from running. */
  run<T>(step: () => T | Promise<T>): Promise<T> {
    const running = this.#underWay === 0 ? startNow(step) : this.#last.then(step)
    if (running instanceof Promise) this.#wait(running)
    return Promise.resolve(running)
  }

  /** Resolves when everything that came so far has ended, well or not. */
  async idle(): Promise<void> {
    await this.#last
  }

  #wait(running: Promise<unknown>): void {
    this.#underWay++
    const ended = () => void this.#underWay--
    this.#last = running.then(ended, ended)
  }
}

/** A step that ends at once delays nothing behind it. */
function startNow<T>(step: () => T | Promise<T>): T | Promise<T> {
  try {
    return step()
  } catch (error) {
    return Promise.reject(error)
  }
}
