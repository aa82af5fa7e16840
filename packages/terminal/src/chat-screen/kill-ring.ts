/** How many cuts are kept. */
const most = 30

/** What was cut, the newest last. Cuts that follow each other are one. */
export class KillRing {
  readonly #cuts: string[] = []
  /** How many cuts back the last yank was. */
  #back = 0

  /** `follows`: the cut before was made by the key before, and this text stood behind or before it. */
  add(text: string, where: 'behind' | 'before', follows: boolean): void {
    if (text === '') return
    const last = follows ? (this.#cuts.pop() ?? '') : ''
    this.#cuts.push(where === 'behind' ? last + text : text + last)
    if (this.#cuts.length > most) this.#cuts.shift()
  }

  /** What was cut last; null: nothing was. */
  newest(): string | null {
    this.#back = 0
    return this.#cuts.at(-1) ?? null
  }

  /** What was cut before the one that was given last; behind the oldest comes the newest. */
  older(): string | null {
    if (this.#cuts.length === 0) return null
    this.#back = (this.#back + 1) % this.#cuts.length
    return this.#cuts.at(-1 - this.#back) ?? null
  }
}
