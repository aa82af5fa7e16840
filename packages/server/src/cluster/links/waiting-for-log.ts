/** What waits until a node has come so far in the log. */
export class WaitingForLog {
  readonly #applied: () => number
  #waiting: { readonly seq: number; readonly run: () => void }[] = []

  /** `applied`: the number of the last entry. */
  constructor(applied: () => number) {
    this.#applied = applied
  }

  reached(seq: number, run: () => void): void {
    if (this.#applied() >= seq) run()
    else this.#waiting.push({ seq, run })
  }

  /** To be called after entries were applied and delivered. */
  progressed(): void {
    if (this.#waiting.length === 0) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const { seq, run } of waiting) this.reached(seq, run)
  }
}
