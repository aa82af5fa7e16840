import type { Clock } from '@parley/client'
import { cleanLine, type ConversationModel, type Line, mentionIn } from '@parley/client/conversations'
import type { NewsKind, NotificationSettings } from './screen-settings.ts'

/** Whoever is told of every message of a flood looks no more. */
const pauseMs = 2_000
const longestText = 200

export interface NotificationParts {
  readonly model: ConversationModel
  readonly clock: Clock
  readonly settings: NotificationSettings
  /** Words that call this user; the first is the name. */
  highlights(): readonly string[]
  /** Whether somebody looks at the open conversation. */
  isLookedAt(): boolean
  /** To the terminal, between frames. */
  write(sequence: string): void
}

/** Rings and notifies of what is not looked at. At most once in two seconds. */
export class Notifications {
  readonly #parts: NotificationParts
  readonly #forget: () => void
  #isPausing = false
  #endPause = () => {}

  constructor(parts: NotificationParts) {
    this.#parts = parts
    this.#forget = parts.model.subscribe((line) => line && this.#heard(line))
  }

  close(): void {
    this.#forget()
    this.#endPause()
  }

  #heard(line: Line): void {
    const { model, settings, clock, write, isLookedAt } = this.#parts
    if (line.conversation === model.open.key && isLookedAt()) return
    const kinds = this.#kindsOf(line)
    if (this.#isPausing || !settings.about.some((kind) => kinds.includes(kind))) return
    this.#isPausing = true
    this.#endPause = clock.after(pauseMs, () => (this.#isPausing = false))
    const sequence = `${settings.bell ? '\u0007' : ''}${settings.desktop ? desktop(this.#words(line, kinds)) : ''}`
    if (sequence !== '') write(sequence)
  }

  #kindsOf(line: Line): readonly NewsKind[] {
    if (line.mine) return []
    const kinds: NewsKind[] = mentionIn(line, this.#parts.highlights()) === null ? [] : ['mention']
    if (line.kind === 'broadcast') kinds.push('everybody')
    if (line.kind === 'group') kinds.push('group')
    if (line.kind === 'private' || line.kind === 'mailbox') kinds.push('private')
    return kinds
  }

  #words(line: Line, kinds: readonly NewsKind[]): string {
    const { from, to, kind, text } = line
    const words = this.#parts.highlights()
    const said = mentionIn(line, words)
    const called = said === words[0] ? 'your name' : `"${said}"`
    const who = from ?? 'somebody'
    const where = kind === 'group' ? ` in ${to ?? 'a group'}` : kind === 'broadcast' ? ' to everybody' : ' to you'
    const what =
      kinds.includes('mention') && kind !== 'private' ? `${who} said ${called}${where}` : `${who} wrote${where}`
    return this.#parts.settings.text ? `${what}: ${text.slice(0, longestText)}` : what
  }
}

/** Both forms that terminals know: OSC 9 (iTerm2, kitty, WezTerm, Windows Terminal), OSC 777 (urxvt, foot, Ghostty). */
function desktop(words: string): string {
  const text = cleanLine(words).toWellFormed()
  return `\u001b]9;${text}\u0007\u001b]777;notify;parley;${text.replaceAll(';', ',')}\u0007`
}

/** What stands in the title of the window. */
export function titleOf(unread: number, isCalled: boolean, title: string): string {
  const count = unread === 0 ? '' : `(${isCalled ? '!' : ''}${unread}) `
  return `\u001b]2;${count}parley · ${cleanLine(title)}\u0007`
}
/** The terminal keeps the title that it had, and shows it again. */
export const keepTitle = '\u001b[22;2t'
export const restoreTitle = '\u001b[23;2t'
