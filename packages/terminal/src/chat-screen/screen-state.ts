import { bindings as defaultBindings, type Action, type Bindings } from './bindings.ts'
import { Display } from './display.ts'
import type { InputLine } from './input-line.ts'
import type { Place } from './scroll.ts'
import type { Entry, InvitationEntry, View } from './view.ts'
import type { ViewModel } from './view-model.ts'
import { Writing } from './writing.ts'

const panes = ['input', 'messages', 'talks', 'users', 'invitations'] as const
export type Pane = (typeof panes)[number]

/** Rows to scroll up, or where to. */
export type ScrollBy = number | 'page-up' | 'page-down' | 'top' | 'newest'

/** So many lines from the first one, what stands before it is loaded. */
const linesAhead = 100
/** Rows that one click of the wheel scrolls. */
export const wheelRows = 3

export interface ScreenStateParts {
  leave(): void
  scroll(place: Place, by: ScrollBy): Place
  scrollHelp(top: number, by: number): number
  /** Default: those of the table. */
  readonly bindings?: Bindings
}

/** What the person in front of the screen is doing: what is written, where the focus is, what is chosen. No drawing, no terminal. */
export class ScreenState {
  focus: Pane = 'input'
  place: Place = null
  readonly display: Display
  readonly writing: Writing
  readonly #chosen = new Map<Pane, string>()
  readonly #model: ViewModel
  readonly #scroll: (place: Place, by: ScrollBy) => Place
  readonly #watchers = new Set<() => void>()

  /** What scrolls knows how high the window is. */
  constructor(model: ViewModel, { leave, scroll, scrollHelp, bindings = defaultBindings }: ScreenStateParts) {
    this.#model = model
    const changed = () => this.#changed()
    const open = (title: string) => this.#open({ title })
    this.display = new Display({ model, bindings, changed, scrollHelp, open })
    this.writing = new Writing({ model, changed, leave, open, sent: () => (this.place = null) })
    this.#scroll = scroll
  }

  /** What is being written in the open conversation. */
  get input(): InputLine {
    return this.writing.line
  }

  subscribe(run: () => void): () => void {
    this.#watchers.add(run)
    return () => void this.#watchers.delete(run)
  }

  /** The pane that has the focus now: what was in a list may have gone. */
  focusIn(view: View): Pane {
    return isThere(view, this.focus) ? this.focus : 'input'
  }

  /** Keys go to the input line. */
  get isWriting(): boolean {
    return this.focusIn(this.#model.view) === 'input' && this.display.overlay === null && !this.display.isBare
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
    if (text === '') return
    const focus = this.focusIn(this.#model.view)
    // Where a character is an answer, those behind it are not part of it.
    const isAnswer = focus === 'invitations' || this.writing.leaving.isAsked || this.display.isBare
    const [first = ''] = isAnswer ? text : [text]
    this.#typeAtOnce(first, focus)
    this.type(text.slice(first.length))
  }

  #typeAtOnce(text: string, focus: Pane): void {
    if (this.writing.answersLeaving(text) || this.display.type(text)) return
    if (focus === 'invitations' && (text === 'a' || text === 'd')) return this.#answerInvitation(text === 'a')
    // Whoever types means the input, wherever the focus is.
    this.focus = 'input'
    this.writing.type(text)
  }

  paste(text: string): void {
    this.writing.leaving.stay()
    if (this.display.type(text.replaceAll(/[\r\n]+/g, ' '))) return
    this.focus = 'input'
    this.writing.paste(text)
  }

  perform(action: Action): void {
    const { writing, display } = this
    const isInFront = display.overlay !== null || display.isBare
    if (!isInFront && action === 'interrupt') return writing.interrupt()
    if (!isInFront && action === 'erase-forward-or-leave') return writing.eraseOrLeave()
    const wasAsked = writing.leaving.isAsked
    writing.leaving.stay()
    // Whoever was asked whether to leave, and presses one of these, has answered.
    if (wasAsked && (action === 'enter' || action === 'escape')) return this.#changed()
    if (display.perform(action)) return
    const focus = this.focusIn(this.#model.view)
    if ((focus === 'input' || writing.search) && writing.edit(action)) return
    this.#actions[action]?.(focus)
  }

  /** What is neither for the input line nor for what lies over the screen. */
  readonly #actions: Partial<Record<Action, (focus: Pane) => void>> = {
    accept: () => this.answerFirst(true),
    decline: () => this.answerFirst(false),
    'wheel-up': () => this.#scrollBy(wheelRows),
    'wheel-down': () => this.#scrollBy(-wheelRows),
    'page-up': () => this.#scrollBy('page-up'),
    'page-down': () => this.#scrollBy('page-down'),
    complete: (focus) => this.#complete(focus, 1),
    'complete-back': (focus) => this.#complete(focus, -1),
    escape: (focus) => this.#escape(focus),
    enter: (focus) => this.#enter(this.#model.view, focus),
    home: (focus) => (focus === 'messages' ? this.#scrollBy('top') : this.writing.edit('line-start')),
    end: (focus) => (focus === 'messages' ? this.#scrollBy('newest') : this.writing.edit('line-end')),
    up: (focus) => this.#arrow(this.#model.view, focus, 'up'),
    down: (focus) => this.#arrow(this.#model.view, focus, 'down'),
  }

  /** The first one that waits, from wherever the focus is. */
  answerFirst(isYes: boolean): void {
    const [first] = this.#model.view.invitations
    if (first) this.#answer(first, isYes)
  }

  #enter(view: View, focus: Pane): void {
    if (focus === 'talks' || focus === 'users') {
      const chosen = entryOf(entriesOf(view, focus), this.chosenIn(view, focus)) as Entry | undefined
      return chosen && this.#open(chosen)
    }
    if (focus === 'invitations') return this.#answerInvitation(true)
    if (focus === 'messages') {
      this.focus = 'input'
      return this.#changed()
    }
    this.writing.enter()
  }

  /** First what is begun or on its way, then the view. */
  #escape(focus: Pane): void {
    if (focus === 'input' && !this.writing.escape()) this.place = null
    this.focus = 'input'
    this.#changed()
  }

  #arrow(view: View, focus: Pane, key: 'up' | 'down'): void {
    if (focus === 'messages') return this.#scrollBy(key === 'up' ? 1 : -1)
    const list = entriesOf(view, focus)
    const now = list.findIndex((each) => each.key === this.chosenIn(view, focus))
    const next = list[Math.max(0, Math.min(list.length - 1, now + (key === 'up' ? -1 : 1)))]
    if (next) this.#chosen.set(focus, next.key)
    this.#changed()
  }

  #complete(focus: Pane, step: 1 | -1): void {
    if (focus === 'input' && this.input.text !== '') this.writing.complete(step)
    else this.#focusNext(this.#model.view, step)
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
    if (by === 'top' || by === 'page-up' || (typeof by === 'number' && by > 0)) this.#readAhead()
    this.#changed()
  }

  /** Whoever comes near to the first line finds what stands before it. */
  #readAhead(): void {
    const { lines } = this.#model.view
    const at = lines.findIndex(({ id }) => id === this.place?.id)
    if (at < linesAhead) this.#model.older()
  }

  #open({ title }: Pick<Entry, 'title'>): void {
    this.focus = 'input'
    this.place = null
    this.writing.turnAway()
    this.#model.open(title)
    this.#changed()
  }

  #answerInvitation(isYes: boolean): void {
    const { view } = this.#model
    const chosen = entryOf(view.invitations, this.chosenIn(view, 'invitations'))
    if (chosen) this.#answer(chosen, isYes)
  }

  #answer({ accept, decline }: InvitationEntry, isYes: boolean): void {
    this.focus = 'input'
    if (isYes && !accept.isComplete) return this.writing.propose(accept.command)
    const command = isYes ? accept.command : decline
    if (command !== null) this.#model.enter(command)
  }

  #changed(): void {
    this.writing.remember()
    for (const run of this.#watchers) run()
  }
}

export function entriesOf(view: View, pane: Pane): readonly (Entry | InvitationEntry)[] {
  return pane === 'talks' || pane === 'users' || pane === 'invitations' ? view[pane] : []
}

function entryOf<T extends { readonly key: string }>(list: readonly T[], key: string | null): T | undefined {
  return list.find((each) => each.key === key)
}

function isThere(view: View, pane: Pane): boolean {
  return pane === 'input' || pane === 'messages' || entriesOf(view, pane).length > 0
}
