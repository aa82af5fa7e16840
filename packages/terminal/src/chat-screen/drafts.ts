import type { RememberedDrafts } from '@parley/client/conversations'
import { Draft } from './draft.ts'
import { insert, lineOf } from './input-line.ts'

/** Where drafts outlive the program. */
export type Remembered = Pick<RememberedDrafts, 'of' | 'written' | 'set'>

/** A draft for each conversation, by its key: what was written to one never stands in another. */
export class Drafts {
  readonly #all = new Map<string, Draft>()
  readonly #remembered: Remembered | null

  /** `remembered`: what was written before the program ended. */
  constructor(remembered: Remembered | null = null) {
    this.#remembered = remembered
    for (const key of remembered?.written() ?? []) this.of(key)
  }

  of(key: string): Draft {
    const known = this.#all.get(key)
    if (known) return known
    const draft = new Draft(lineOf(this.#remembered?.of(key) ?? ''))
    this.#all.set(key, draft)
    return draft
  }

  /** A command is not kept on a disk: it may hold what nobody else is to see, such as a recovery phrase. */
  remember(): void {
    for (const [key, { line }] of this.#all) this.#remembered?.set(key, isCommand(line.text) ? '' : line.text)
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
