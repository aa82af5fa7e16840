/** Messages that are not kept and were heard lately: a mailbox gives them again until it is told. */
const mostPassing = 10_000

/**
 * How far a chat has come in the order of its server, over one connection after another. What is
 * heard is told to the program a little later, in the same order: after a broken connection the
 * chat goes on behind what it heard, after a restart of the program behind what the program took.
 */
export class Cursor {
  readonly #took: (seq: number) => void
  readonly #passing = new Set<number>()
  #heard: number | null
  #taken: number | null

  /** `took` is told of each number that the program has come to. */
  constructor(taken: number | null, took: (seq: number) => void) {
    this.#heard = taken
    this.#taken = taken
    this.#took = took
  }

  /** The highest number of what was heard and is kept; null: nothing was. */
  get heard(): number | null {
    return this.#heard
  }

  /** Goes there: nothing before it will come any more. */
  advance(seq: number): void {
    this.#heard = Math.max(this.#heard ?? 0, seq)
  }

  /**
   * Goes back there, where it is behind: the server has no number above it. Either it was set up
   * anew, or this program wants nothing of what was said before.
   */
  restrict(seq: number): void {
    if (this.#heard !== null && this.#heard > seq) this.#heard = seq
    if (this.#taken === null || this.#taken <= seq) return
    this.#taken = seq
    this.#took(seq)
  }

  /** A message of the history came. False: it was heard before, or is out of order. */
  hear(seq: number): boolean {
    if (this.#heard !== null && seq <= this.#heard) return false
    this.#heard = seq
    return true
  }

  /** A message came that is not kept. False: it was heard before. */
  hearPassing(seq: number): boolean {
    if (this.#passing.has(seq)) return false
    this.#passing.add(seq)
    for (const oldest of this.#passing) {
      if (this.#passing.size <= mostPassing) break
      this.#passing.delete(oldest)
    }
    return true
  }

  /** The program has taken everything that is kept up to this number. */
  take(seq: number): void {
    if (this.#taken !== null && seq <= this.#taken) return
    this.#taken = seq
    this.#took(seq)
  }
}
