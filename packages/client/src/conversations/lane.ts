import { cleanLine } from '../clean-text.ts'
import type { UnsentMessage } from '../memory.ts'
import { conversationKey } from './conversation-list.ts'
import type { Line } from './line.ts'
import { conversationOf } from './past-lines.ts'

/** Characters of a message that are shown of it. */
const mostQuoted = 40

/** A message that is not taken yet. */
export interface Waiting {
  readonly line: Line
  readonly nonce: string
  /** The title of the conversation where it was written. */
  readonly place: string
  /** It was handed to a connection. */
  isTried: boolean
  /** The server has it: it came back while catching up. */
  isConfirmed: boolean
}

/** What waits for one conversation. */
export interface Lane {
  readonly title: string
  readonly waiting: Waiting[]
  /** Handed to the server, which has not answered: it cannot be taken back. */
  isSending: boolean
  /** It takes a while: what waits is shown. */
  isHeld: boolean
  /** Some of it was written while disconnected, or was on its way when the connection broke. */
  isFromBreak: boolean
}

/** What was not sent, as an input of the conversation where it was written. */
export interface Returned {
  readonly key: string
  readonly input: string
}

/** As it is shown now. */
export function shownLine({ waiting, isSending }: Lane, one: Waiting): Line {
  const isNow = isSending && waiting[0] === one
  return { ...one.line, state: isNow ? 'sending' : one.isTried ? 'unsure' : 'waiting' }
}

export function isIn({ line, place }: Waiting, key: string): boolean {
  return line.conversation === key || conversationKey(place) === key
}

/** What can be taken back of it: not what was handed to the server. */
export function revocable({ waiting, isSending }: Lane, key: string | undefined): readonly Waiting[] {
  return waiting.slice(isSending ? 1 : 0).filter((each) => key === undefined || isIn(each, key))
}

/** By where it was written. What is for another conversation is a command; what begins with a slash has two. */
export function inputsOf(title: string, waiting: readonly Waiting[]): readonly Returned[] {
  const texts = new Map<string, string>()
  for (const { line, place } of waiting) {
    const key = conversationKey(place)
    const before = texts.get(key)
    const escape = line.text.startsWith('/') ? '/' : ''
    const begin = key === line.conversation ? escape : commandFor(title)
    texts.set(key, before === undefined ? begin + line.text : `${before}\n${line.text}`)
  }
  return Array.from(texts, ([key, input]) => ({ key, input }))
}

export function nameOf({ title, waiting }: Lane): string {
  const to = title.replace(/^@/, '')
  const [first] = waiting
  if (waiting.length !== 1 || !first) return `${waiting.length} messages to ${to}`
  const shown = cleanLine(first.line.text)
  return `"${shown.length > mostQuoted ? `${shown.slice(0, mostQuoted)}…` : shown}" to ${to}`
}

/** As it is remembered. */
export function unsentMessage(title: string, { line, nonce, isTried }: Waiting): UnsentMessage {
  return { of: conversationOf(title), text: line.text, nonce, at: line.at, isTried }
}

/** `bob` of `@bob`. */
export function nameIn(title: string): string {
  return cleanLine(title).replace(/^[@#]/, '')
}

function commandFor(title: string): string {
  if (title === 'everybody') return ''
  return `/${title.startsWith('#') ? 'group say' : 'msg'} ${nameIn(title)} `
}
