/** Lets a few tasks in at a time; the others wait in line, first come, first served. */
export class Turnstile {
  #free: number
  readonly #line: (() => void)[] = []

  constructor(atOnce: number) {
    this.#free = atOnce
  }

  async pass<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>((resolve) => this.#line.push(resolve))
    try {
      return await task()
    } finally {
      // The place is handed on rather than given back, so that nobody who comes now gets in before the line.
      const next = this.#line.shift()
      if (next) next()
      else this.#free++
    }
  }
}
