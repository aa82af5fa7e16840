const most = 500

/** What was typed before, for the arrow keys: up goes back, down forward, and what was being written is not lost. */
export class InputHistory {
  readonly #entries: string[] = []
  #at = 0
  #draft = ''

  /** Blank lines, and the one before once more, are not kept. */
  add(text: string): void {
    if (text.trim() !== '' && text !== this.#entries.at(-1)) this.#entries.push(text)
    if (this.#entries.length > most) this.#entries.shift()
    this.#at = this.#entries.length
    this.#draft = ''
  }

  /** The entry before, given what stands in the input; the oldest one again at the end. */
  up(written: string): string {
    if (this.#at === this.#entries.length) this.#draft = written
    if (this.#at > 0) this.#at--
    return this.#entries[this.#at] ?? written
  }

  /** The entry behind, and at last what was being written. */
  down(written: string): string {
    if (this.#at === this.#entries.length) return written
    this.#at++
    return this.#entries[this.#at] ?? this.#draft
  }
}
