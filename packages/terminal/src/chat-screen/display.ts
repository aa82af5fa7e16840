import type { Action, Bindings } from './bindings.ts'
import { stepOf, typedInto, type Overlay } from './overlay.ts'
import type { ViewModel } from './view-model.ts'

export interface DisplayParts {
  readonly model: ViewModel
  readonly bindings: Bindings
  changed(): void
  /** Opens a conversation, and goes back to the input. */
  open(title: string): void
  /** Knows how much of the help is seen. */
  scrollHelp(top: number, by: number): number
}

/** What is shown of all that there is: overlays, the panel, the bare text; and the way from one conversation to another. */
export class Display {
  overlay: Overlay | null = null
  /** The panel is not as the width of the screen alone would have it. */
  isPanelTurned = false
  /** The text alone, to copy from. */
  isBare = false
  /** Frames of the wire are shown whole. */
  areFramesWhole = false
  /** What the keys do, for whoever shows them. */
  readonly bindings: Bindings
  readonly #parts: DisplayParts

  constructor(parts: DisplayParts) {
    this.#parts = parts
    this.bindings = parts.bindings
  }

  /** false: the text is for somebody else. */
  type(text: string): boolean {
    if (this.isBare) this.isBare = false
    else if (this.overlay) this.overlay = typedInto(this.overlay, text)
    else return false
    this.#parts.changed()
    return true
  }

  /** false: the action is for somebody else. */
  perform(action: Action): boolean {
    const { changed } = this.#parts
    if (this.isBare) this.isBare = false
    else if (this.overlay) this.#stepIn(this.overlay, action)
    else if (!this.#go(action) && !this.#turn(action)) return false
    changed()
    return true
  }

  /** The conversation that waits most: one where this user is meant, then any with something unread, from the open one on. */
  openUnread(): void {
    const { talks, open } = this.#parts.model.view
    const at = talks.findIndex(({ key }) => key === open.key)
    const round = [...talks.slice(at + 1), ...talks.slice(0, Math.max(0, at))].filter(({ unread }) => unread > 0)
    const next = round.find(({ isCalled }) => isCalled) ?? round[0]
    if (next) this.#parts.open(next.title)
  }

  #stepIn(overlay: Overlay, action: Action): void {
    const { model, open, scrollHelp } = this.#parts
    const step = stepOf(overlay, action, model.view, scrollHelp)
    this.overlay = step.is === 'stay' ? step.overlay : null
    if (step.is === 'open') open(step.title)
    if (step.is === 'cancel') model.cancel(step.transfer)
  }

  #go(action: Action): boolean {
    const { model, open } = this.#parts
    const { talks, open: now } = model.view
    const number = /^talk-(\d)$/.exec(action)?.[1]
    if (action === 'next-unread') this.openUnread()
    else if (number !== undefined) {
      const talk = talks[Number(number) - 1]
      if (talk) open(talk.title)
    } else if (action === 'talk-before' || action === 'talk-after') {
      const at = talks.findIndex(({ key }) => key === now.key)
      const next = talks[(at + (action === 'talk-after' ? 1 : -1) + talks.length) % talks.length]
      if (next) open(next.title)
    } else return false
    return true
  }

  #turn(action: Action): boolean {
    const turn = this.#turns[action]
    turn?.()
    return turn !== undefined
  }

  readonly #turns: Partial<Record<Action, () => void>> = {
    help: () => (this.overlay = { is: 'help', top: 0 }),
    'go-to': () => (this.overlay = { is: 'go-to', query: '', at: 0 }),
    'cancel-transfer': () => {
      if (this.#parts.model.view.transfers.length > 0) this.overlay = { is: 'cancel', at: 0 }
    },
    panel: () => (this.isPanelTurned = !this.isPanelTurned),
    bare: () => (this.isBare = true),
    'whole-frames': () => (this.areFramesWhole = !this.areFramesWhole),
  }
}
