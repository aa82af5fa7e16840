/** Runs steps in the order in which they came: at once where nothing is under way, and otherwise when all before have ended. */
export class InOrder {
  readonly #failed: (error: unknown) => void
  #underWay = 0
  #last: Promise<void> = Promise.resolve()

  /** `failed` is told what a step rejects with; the steps behind it run all the same. */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed
  }

  /** Steps that have not ended. */
  get underWay(): number {
    return this.#underWay
  }

  run(step: () => void | Promise<void>): void {
    const running = this.#underWay === 0 ? step() : this.#last.then(step)
    if (!running) return
    this.#underWay++
    this.#last = running.catch(this.#failed).finally(() => void this.#underWay--)
  }
}
