/**
 * Lets a few tasks run at a time. Those that wait are lined up by who asks, first come, first
 * served, and those who ask take turns: whoever asks a hundred times does not keep others waiting
 * for a hundred tasks.
 */
export class Semaphore {
  #free: number
  /** In the order of their next turn. Only those who wait. */
  readonly #lines = new Map<string, (() => void)[]>()

  constructor(atOnce: number) {
    this.#free = atOnce
  }

  /** `who` is compared only. */
  async run<T>(who: string, task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--
    else await this.#turnOf(who)
    try {
      return await task()
    } finally {
      this.#passOn()
    }
  }

  #turnOf(who: string): Promise<void> {
    return new Promise((resolve) => {
      const line = this.#lines.get(who)
      if (line) line.push(resolve)
      else this.#lines.set(who, [resolve])
    })
  }

  /**
   * The place is passed on rather than given back, so that nobody who comes now gets in before
   * those who wait.
   */
  #passOn(): void {
    const [next] = this.#lines
    if (!next) {
      this.#free++
      return
    }
    const [who, line] = next
    const enter = line.shift()!
    this.#lines.delete(who)
    if (line.length > 0) this.#lines.set(who, line)
    enter()
  }
}
