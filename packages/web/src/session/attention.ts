import { mentionIn, type ConversationModel, type Line } from '@parley/client/conversations'

/** How many lines are told at once, of what comes while nobody looks. */
const shownText = 120

export interface AttentionParts {
  readonly model: ConversationModel
  me(): string
  /** Somebody pressed a notification. */
  open(title: string): void
}

/** Tells of what is new to whoever looks elsewhere: in the title of the page, and as notifications where they are wanted. */
export class Attention {
  readonly #parts: AttentionParts
  #missed = 0

  constructor(parts: AttentionParts) {
    this.#parts = parts
  }

  start(): void {
    this.#parts.model.subscribe((line) => {
      if (line) this.#heard(line)
      this.#name()
    })
    document.addEventListener('visibilitychange', () => this.#looked())
  }

  /** Messages to everybody are many: of those, only what names this user. */
  #heard(line: Line): void {
    if (!document.hidden || line.mine || line.from === null) return
    const isCall = mentionIn(line, [this.#parts.me()]) !== null
    this.#missed++
    if (isWanted() && (isCall || line.kind === 'private')) this.#notify(line)
  }

  #notify({ conversation, from, text, kind }: Line): void {
    const title = this.#parts.model.conversations.find(({ key }) => key === conversation)?.title ?? 'everybody'
    const where = kind === 'private' ? '' : ` in ${title}`
    const shown = new Notification(`${from}${where}`, {
      body: text.slice(0, shownText),
      tag: conversation,
      icon: 'icon-192.png',
    })
    shown.addEventListener('click', () => {
      window.focus()
      this.#parts.open(title)
      shown.close()
    })
  }

  #looked(): void {
    if (!document.hidden) this.#missed = 0
    this.#name()
  }

  #name(): void {
    const unread = this.#parts.model.conversations.reduce((sum, each) => sum + each.unread, this.#missed)
    const title = unread === 0 ? 'Parley' : `(${unread > 99 ? '99+' : unread}) Parley`
    if (document.title !== title) document.title = title
  }
}

function isWanted(): boolean {
  return 'Notification' in globalThis && Notification.permission === 'granted'
}
