/** Those who wait, by who asks, in the order of their next turn. */
type Lines = Map<string, (() => void)[]>

/**
 * Lets a few tasks run at a time. Those that wait are lined up by who asks, first come, first
 * served, and those who ask take turns: whoever asks a hundred times does not keep others waiting
 * for a hundred tasks. Those who are known have every other turn: a hundred others do not keep
 * them waiting either.
 */
export class Semaphore {
  #free: number
  readonly #known: Lines = new Map()
  readonly #unknown: Lines = new Map()
  #isKnownsTurn = true

  constructor(atOnce: number) {
    this.#free = atOnce
  }

  /** `who` is compared only. */
  async run<T>(who: string, task: () => Promise<T>, isKnown = false): Promise<T> {
    if (this.#free > 0) this.#free--
    else await turnOf(who, isKnown ? this.#known : this.#unknown)
    try {
      return await task()
    } finally {
      this.#passOn()
    }
  }

  /**
   * The place is passed on rather than given back, so that nobody who comes now gets in before
   * those who wait.
   */
  #passOn(): void {
    const inOrder = this.#isKnownsTurn ? [this.#known, this.#unknown] : [this.#unknown, this.#known]
    const lines = inOrder.find(({ size }) => size > 0)
    if (!lines) {
      this.#free++
      return
    }
    this.#isKnownsTurn = lines === this.#unknown
    const [who, line] = lines.entries().next().value!
    const enter = line.shift()!
    lines.delete(who)
    if (line.length > 0) lines.set(who, line)
    enter()
  }
}

function turnOf(who: string, lines: Lines): Promise<void> {
  return new Promise((resolve) => {
    const line = lines.get(who)
    if (line) line.push(resolve)
    else lines.set(who, [resolve])
  })
}
