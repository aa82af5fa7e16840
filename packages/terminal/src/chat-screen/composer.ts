import { InputHistory } from '../chat-model/input-history.ts'
import type { Action } from './bindings.ts'
import { Drafts, type Remembered } from './drafts.ts'
import type { Draft } from './draft.ts'
import * as edit from './input-line.ts'
import { KillRing } from './kill-ring.ts'

const moves = {
  left: edit.left,
  right: edit.right,
  'line-start': edit.home,
  'line-end': edit.end,
  'word-left': edit.wordLeft,
  'word-right': edit.wordRight,
} as const

/** What the composer does itself. `up` and `down` go through the lines first, then through the history. */
const editing = [
  ...(Object.keys(moves) as (keyof typeof moves)[]),
  ...(Object.keys(edit.spans) as (keyof typeof edit.spans)[]),
  'new-line',
  'yank',
  'yank-older',
  'transpose',
  'undo',
  'up',
  'down',
  'search-history',
] as const satisfies readonly Action[]
type Editing = (typeof editing)[number]

/** A search in what was typed before. */
interface Search {
  readonly query: string
  /** How many finds back. */
  readonly skip: number
  /** null: nothing holds the query. */
  readonly found: string | null
}

/** The input line: a draft for each conversation, what was cut, and what was typed before. Knows nothing of drawing and of sending. */
export class Composer {
  readonly drafts: Drafts
  readonly #history = new InputHistory()
  readonly #killRing = new KillRing()
  /** The conversation that is written to. */
  readonly #key: () => string
  #search: Search | null = null
  /** The action before this one: cuts that follow each other are one, and only behind a yank there is an older one. */
  #last: Editing | null = null
  #yanked: readonly [from: number, to: number] = [0, 0]

  constructor(key: () => string, remembered: Remembered | null = null) {
    this.#key = key
    this.drafts = new Drafts(remembered)
  }

  get line(): edit.InputLine {
    return this.#draft.line
  }

  get search(): Search | null {
    return this.#search
  }

  type(text: string): void {
    if (this.#search) return this.#look(this.#search.query + text, 0)
    this.#last = null
    // Word by word, as it is undone, however much came at once.
    for (const part of text.match(/\s\S*|\S+/g) ?? []) this.#draft.change(edit.insert(this.line, part), part)
  }

  /** As one change. Line breaks at its end would only make blank lines. false: it is too long, and nothing was inserted. */
  paste(text: string): boolean {
    this.endSearch(true)
    const pasted = text.replace(/[\r\n]+$/, '')
    if (!edit.hasRoom(this.line, pasted)) return false
    this.#last = null
    this.#draft.change(edit.insert(this.line, pasted))
    return true
  }

  /** Puts something else in place of what is written; it can be undone. */
  replace(line: edit.InputLine): void {
    this.#last = null
    this.#search = null
    this.#draft.change(line)
  }

  /** What is written in that conversation was entered. */
  take(key: string): void {
    const draft = this.drafts.of(key)
    this.#last = null
    this.#history.add(draft.line.text, key)
    draft.clear()
  }

  /** For `yank`. */
  keep(text: string): void {
    this.#killRing.add(text, 'behind', false)
  }

  /** Cuts the whole draft: `yank` and `undo` bring it back. */
  cutAll(): void {
    this.endSearch(false)
    this.#killRing.add(this.line.text, 'behind', false)
    this.replace(edit.emptyLine)
  }

  /** false: it is no matter of the input line. */
  perform(action: Action): boolean {
    if (!isEditing(action)) return false
    const last = this.#last
    if (this.#search) {
      if (action === 'search-history') this.#look(this.#search.query, this.#search.skip + 1)
      else if (action === 'erase-back') this.#look(edit.eraseLast(this.#search.query), 0)
      else {
        this.endSearch(true)
        this.#edit(action, last)
      }
    } else this.#edit(action, last)
    this.#last = action
    return true
  }

  /** `isTaken`: what was found is put into the line. false: nothing was being searched. */
  endSearch(isTaken: boolean): boolean {
    const search = this.#search
    this.#search = null
    if (search?.found != null && isTaken) this.#draft.change(edit.lineOf(search.found))
    return search !== null
  }

  get #draft(): Draft {
    return this.drafts.of(this.#key())
  }

  #edit(action: Editing, last: Editing | null): void {
    const { line } = this
    if (isIn(moves, action)) return this.#draft.move(moves[action](line))
    if (isIn(edit.spans, action)) return this.#erase(action, last)
    switch (action) {
      case 'new-line':
        return this.#draft.change(edit.insert(line, '\n'))
      case 'yank':
        return this.#yank(this.#killRing.newest(), line)
      case 'yank-older':
        if (last !== 'yank' && last !== 'yank-older') return
        return this.#yank(this.#killRing.older(), edit.erase(line, ...this.#yanked))
      case 'transpose':
        return this.#draft.change(edit.transpose(line))
      case 'undo':
        this.#draft.undo()
        return
      case 'up':
      case 'down':
        return this.#step(action)
      case 'search-history':
        return this.#look('', 0)
    }
  }

  #erase(action: keyof typeof edit.spans, last: Editing | null): void {
    const [from, to] = edit.spans[action](this.line)
    if (action.startsWith('kill')) {
      const where = to > this.line.cursor ? 'behind' : 'before'
      this.#killRing.add(this.line.text.slice(from, to), where, last?.startsWith('kill') ?? false)
    }
    this.#draft.change(edit.erase(this.line, from, to))
  }

  #yank(text: string | null, line: edit.InputLine): void {
    if (text === null) return
    const written = edit.insert(line, text)
    this.#yanked = [line.cursor, written.cursor]
    this.#draft.change(written)
  }

  #step(action: 'up' | 'down'): void {
    const within = (action === 'up' ? edit.above : edit.below)(this.line)
    if (within) return this.#draft.move(within)
    const text = this.#history[action](this.#key(), this.line.text)
    if (text !== null) this.#draft.change(edit.lineOf(text))
  }

  #look(query: string, skip: number): void {
    const found = query === '' ? null : this.#history.search(this.#key(), query, skip)
    // Behind the oldest find it stays there.
    if (found === null && skip > 0) return
    this.#search = { query, skip, found }
  }
}

function isEditing(action: Action): action is Editing {
  return (editing as readonly Action[]).includes(action)
}

function isIn<T extends object>(table: T, action: PropertyKey): action is keyof T {
  return action in table
}
