import { emptyLine, type InputLine } from './input-line.ts'

/** How many changes can be undone. */
const most = 200

/** What is being written in one conversation, and how it came about. */
export class Draft {
  #line: InputLine = emptyLine
  #before: InputLine[] = []
  /** The last change was typing within a word: the next one belongs to it. */
  #isTyping = false

  constructor(line: InputLine = emptyLine) {
    this.#line = line
  }

  get line(): InputLine {
    return this.#line
  }

  /** The cursor moved, or it is the same text. */
  move(line: InputLine): void {
    this.#line = line
    this.#isTyping = false
  }

  /** `typed`: by typing, which is undone word by word. */
  change(line: InputLine, typed: string | null = null): void {
    const continues = typed !== null && this.#isTyping && !/^\s/.test(typed)
    if (line.text !== this.#line.text && !continues) this.#before.push(this.#line)
    if (this.#before.length > most) this.#before.shift()
    this.#line = line
    this.#isTyping = typed !== null
  }

  /** false: there is nothing to undo. */
  undo(): boolean {
    const before = this.#before.pop()
    if (before) this.#line = before
    this.#isTyping = false
    return before !== undefined
  }

  /** It was sent: there is nothing to go back to. */
  clear(): void {
    this.#line = emptyLine
    this.#before = []
    this.#isTyping = false
  }
}
