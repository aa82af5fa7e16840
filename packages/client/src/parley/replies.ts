import type { Body } from '@parley/protocols'
import { ChatError, type ChatErrorCode } from '../chat-error.ts'

const shownCharacters = 300

/** Refusals that a program tells apart. All others are `refused`; their words say it. */
const codes: ReadonlyMap<string, ChatErrorCode> = new Map([
  ['unknown-command', 'cannot'],
  ['no-common-version', 'cannot'],
  ['name-invalid', 'name-invalid'],
  ['name-reserved', 'name-invalid'],
  ['name-taken', 'name-taken'],
  ['too-many-messages', 'too-many-messages'],
  ['no-such-user', 'no-such-user'],
  ['no-key', 'not-sealable'],
  ['no-tunnels-there', 'refused'],
])

/** Why a server refused something. */
export class Refusal extends ChatError {
  /** The word of the protocol. */
  readonly word: string
  /** All that the reply holds. */
  readonly body: Body

  constructor(word: string, message: string, body: Body) {
    super(codes.get(word) ?? 'refused', message.slice(0, shownCharacters))
    this.word = word
    this.body = body
  }
}

export function isRefusedAs(word: string, error: unknown): error is Refusal {
  return error instanceof Refusal && error.word === word
}

/** Whether the connection ended before the reply came: the next one may go on from there. */
export function isCut(error: unknown): boolean {
  return error instanceof ChatError && error.code === 'closed'
}
