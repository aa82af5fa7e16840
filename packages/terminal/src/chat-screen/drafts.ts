import { Draft } from './draft.ts'
import { insert, lineOf } from './input-line.ts'

/** A draft for each conversation, by its key: what was written to one never stands in another. */
export class Drafts {
  readonly #all = new Map<string, Draft>()

  of(key: string): Draft {
    const known = this.#all.get(key)
    if (known) return known
    const draft = new Draft()
    this.#all.set(key, draft)
    return draft
  }

  /**
   * What was not sent goes before what is written by now, which keeps its cursor. false: nothing was changed, as one of the two is a command.
   */
  giveBack(key: string, text: string): boolean {
    const draft = this.of(key)
    const { line } = draft
    if (line.text !== '' && (isCommand(line.text) || isCommand(text))) return false
    const begun = insert(lineOf(''), line.text === '' ? text : `${text}\n`)
    if (line.text === '') draft.change(begun)
    else draft.change({ text: begun.text + line.text, cursor: begun.text.length + line.cursor })
    return true
  }

  /** The conversations in which something is written. */
  written(): readonly string[] {
    return [...this.#all].filter(([, { line }]) => line.text !== '').map(([key]) => key)
  }
}

function isCommand(text: string): boolean {
  return text.startsWith('/') && !text.startsWith('//')
}
