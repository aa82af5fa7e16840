import { InputHistory } from '../chat-model/input-history.ts'
import { linesOf } from '../message-lines.ts'
import * as edit from './input-line.ts'
import type { Place } from './scroll.ts'
import type { Entry, InvitationEntry, View } from './view.ts'
import type { ViewModel } from './view-model.ts'

const panes = ['input', 'messages', 'users', 'groups', 'invitations'] as const
export type Pane = (typeof panes)[number]

/** What somebody presses, without what stands behind it. */
export type Press =
  'enter' | 'tab' | 'back-tab' | 'escape' | 'up' | 'down' | 'page-up' | 'page-down' | 'home' | 'end' | EditKey
type EditKey = keyof typeof edits
/** Rows to scroll up, or where to. */
export type ScrollBy = number | 'page-up' | 'page-down' | 'top' | 'newest'

const edits = {
  left: edit.left,
  right: edit.right,
  'line-start': edit.home,
  'line-end': edit.end,
  'word-left': edit.wordLeft,
  'word-right': edit.wordRight,
  'erase-back': edit.eraseBack,
  'erase-forward': edit.eraseForward,
  'erase-word': edit.eraseWord,
  'erase-to-start': edit.eraseToStart,
  'erase-to-end': edit.eraseToEnd,
} as const

interface Completion {
  readonly candidates: readonly string[]
  readonly index: number
}

/** What the person in front of the screen is doing: what is written, where the focus is, what is chosen. No drawing, no terminal. */
export class ScreenState {
  input: edit.InputLine = edit.emptyLine
  focus: Pane = 'input'
  place: Place = null
  /** Several lines that were pasted and wait for a decision. */
  pasted: readonly string[] | null = null
  completion: Completion | null = null
  readonly #chosen = new Map<Pane, string>()
  readonly #history = new InputHistory()
  readonly #model: ViewModel
  readonly #leave: () => void
  readonly #scroll: (place: Place, by: ScrollBy) => Place
  readonly #watchers = new Set<() => void>()

  /** `scroll` knows how high the window is. */
  constructor(model: ViewModel, { leave, scroll }: { leave(): void; scroll(place: Place, by: ScrollBy): Place }) {
    this.#model = model
    this.#leave = leave
    this.#scroll = scroll
  }

  subscribe(run: () => void): () => void {
    this.#watchers.add(run)
    return () => void this.#watchers.delete(run)
  }

  /** The pane that has the focus now: what was in a list may have gone. */
  focusIn(view: View): Pane {
    return isThere(view, this.focus) ? this.focus : 'input'
  }

  /** The key of what is chosen in a list. It stays on the same thing when others come and go before it. */
  chosenIn(view: View, pane: Pane): string | null {
    const list = entriesOf(view, pane)
    const chosen = this.#chosen.get(pane)
    const fallback =
      pane === 'invitations' ? list[0]?.key : (list.find(({ key }) => key === view.open.key) ?? list[0])?.key
    return list.some(({ key }) => key === chosen) ? chosen! : (fallback ?? null)
  }

  type(text: string): void {
    const { view } = this.#model
    if (this.pasted) return this.#answerPaste(text)
    const focus = this.focusIn(view)
    if (focus === 'invitations' && (text === 'a' || text === 'd')) return this.#answerInvitation(text === 'a')
    // Whoever types means the input, wherever the focus is.
    this.focus = 'input'
    this.#write(edit.insert(this.input, text))
  }

  paste(text: string): void {
    const lines = linesOf(text)
    if (lines.length < 2) return this.type(lines[0] ?? '')
    this.focus = 'input'
    this.pasted = lines
    this.#changed()
  }

  press(key: Press): void {
    const { view } = this.#model
    if (this.pasted) return this.#pressAtPaste(key)
    const focus = this.focusIn(view)
    if (isEdit(key)) return focus === 'input' ? this.#write(edits[key](this.input)) : undefined
    switch (key) {
      case 'tab':
        if (focus === 'input' && this.input.text !== '') return this.#complete(1)
        return this.#focusNext(view, 1)
      case 'back-tab':
        if (focus === 'input' && this.input.text !== '') return this.#complete(-1)
        return this.#focusNext(view, -1)
      case 'escape':
        this.completion = null
        if (focus === 'input') this.place = null
        this.focus = 'input'
        return this.#changed()
      case 'enter':
        return this.#enter(view, focus)
      case 'page-up':
      case 'page-down':
        return this.#scrollBy(key)
      case 'home':
      case 'end':
        if (focus === 'messages') return this.#scrollBy(key === 'home' ? 'top' : 'newest')
        return this.#write((key === 'home' ? edit.home : edit.end)(this.input))
      case 'up':
      case 'down':
        return this.#arrow(view, focus, key)
    }
  }

  /** The first one that waits, from wherever the focus is. */
  answerFirst(isYes: boolean): void {
    const [first] = this.#model.view.invitations
    if (first) this.#answer(first, isYes)
  }

  /** The next conversation with something unread. */
  openUnread(): void {
    const { users, groups } = this.#model.view
    const next = [...users, ...groups].find(({ unread }) => unread > 0)
    if (next) this.#open(next)
  }

  #enter(view: View, focus: Pane): void {
    if (focus === 'users' || focus === 'groups') {
      const chosen = entryOf(entriesOf(view, focus), this.chosenIn(view, focus)) as Entry | undefined
      return chosen && this.#open(chosen)
    }
    if (focus === 'invitations') return this.#answerInvitation(true)
    if (focus === 'messages') {
      this.focus = 'input'
      return this.#changed()
    }
    const { text } = this.input
    if (text.trim() === '') return
    this.#history.add(text)
    this.input = edit.emptyLine
    this.completion = null
    this.place = null
    this.#changed()
    void this.#model.enter(text).then((then) => {
      if (then === 'quit') this.#leave()
    })
  }

  #arrow(view: View, focus: Pane, key: 'up' | 'down'): void {
    if (focus === 'messages') return this.#scrollBy(key === 'up' ? 1 : -1)
    if (focus === 'input') {
      return this.#write(
        edit.lineOf(key === 'up' ? this.#history.up(this.input.text) : this.#history.down(this.input.text)),
      )
    }
    const list = entriesOf(view, focus)
    const now = list.findIndex((each) => each.key === this.chosenIn(view, focus))
    const next = list[Math.max(0, Math.min(list.length - 1, now + (key === 'up' ? -1 : 1)))]
    if (next) this.#chosen.set(focus, next.key)
    this.#changed()
  }

  #complete(step: 1 | -1): void {
    const before = this.completion
    const candidates =
      before?.candidates ?? (this.input.cursor === this.input.text.length ? this.#model.complete(this.input.text) : [])
    if (candidates.length === 0) return
    const index = before
      ? (before.index + step + candidates.length) % candidates.length
      : step === 1
        ? 0
        : candidates.length - 1
    this.input = edit.lineOf(candidates[index]!)
    // The only one is taken; the next tab completes what comes behind it.
    this.completion = candidates.length === 1 ? null : { candidates, index }
    this.#changed()
  }

  #focusNext(view: View, step: 1 | -1): void {
    const there = panes.filter((pane) => isThere(view, pane))
    const next = there[(there.indexOf(this.focusIn(view)) + step + there.length) % there.length]
    if (next) this.focus = next
    this.#chosen.delete(this.focus)
    this.#changed()
  }

  #scrollBy(by: ScrollBy): void {
    this.place = this.#scroll(this.place, by)
    this.#changed()
  }

  #open({ title }: Entry): void {
    this.focus = 'input'
    this.place = null
    this.#model.open(title)
    this.#changed()
  }

  #answerInvitation(isYes: boolean): void {
    const { view } = this.#model
    const chosen = entryOf(view.invitations, this.chosenIn(view, 'invitations'))
    if (chosen) this.#answer(chosen, isYes)
  }

  #answer({ accept, decline }: InvitationEntry, isYes: boolean): void {
    this.completion = null
    if (isYes && !accept.isComplete) {
      this.focus = 'input'
      this.#write(edit.lineOf(accept.command))
    } else {
      const command = isYes ? accept.command : decline
      if (command !== null) void this.#model.enter(command).then(() => this.#changed())
    }
  }

  #pressAtPaste(key: Press): void {
    const lines = this.pasted ?? []
    if (key !== 'enter' && key !== 'escape') return
    this.pasted = null
    if (key === 'enter') this.#write(edit.insert(this.input, lines.join(' ')))
    else this.#changed()
  }

  #answerPaste(text: string): void {
    if (text !== 's' || !this.pasted) return
    const lines = this.pasted
    this.pasted = null
    this.place = null
    this.#changed()
    void this.#model.say(lines.join('\n'))
  }

  #write(line: edit.InputLine): void {
    this.input = line
    this.completion = null
    this.#changed()
  }

  #changed(): void {
    for (const run of this.#watchers) run()
  }
}

export function entriesOf(view: View, pane: Pane): readonly (Entry | InvitationEntry)[] {
  return pane === 'users' || pane === 'groups' || pane === 'invitations' ? view[pane] : []
}

function isEdit(key: Press): key is EditKey {
  return key in edits
}

function entryOf<T extends { readonly key: string }>(list: readonly T[], key: string | null): T | undefined {
  return list.find((each) => each.key === key)
}

function isThere(view: View, pane: Pane): boolean {
  return pane === 'input' || pane === 'messages' || entriesOf(view, pane).length > 0
}
