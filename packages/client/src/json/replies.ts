import type { Body, JsonFrame } from '@parley/protocols'
import { ChatError, type ChatErrorCode } from '../chat-error.ts'

/** The codes of the document, of our own server (J-4, J-17) and what a user makes of them. */
const refusals: Readonly<Record<number, readonly [ChatErrorCode, string]>> = {
  5000: ['name-taken', 'the name is in use, or its password is missing or wrong'],
  5001: ['name-invalid', 'a name here has 3 to 14 letters, digits and underscores, and is no reserved word'],
  5002: ['refused', 'somebody is signed in on this connection already'],
  6000: ['refused', 'the server does not know who this is; sign in again'],
  6001: ['no-such-user', 'there is no such user'],
  6002: ['refused', 'too few players'],
  6003: ['refused', 'the game has started already'],
  6004: ['refused', 'this user plays already'],
  6005: ['refused', 'there is no game; start one'],
  6006: ['refused', 'this user does not play'],
  6007: ['refused', 'that is this user; choose somebody else'],
  6008: ['refused', 'the message is empty'],
  6009: ['too-many-messages', 'too many messages; wait a little'],
  6010: ['refused', 'the mailbox of that user is full'],
  6011: ['not-sealable', 'that user has no key'],
  7002: ['refused', 'the game was announced before this user came'],
  7003: ['refused', 'no guess is taken now'],
  7004: ['refused', 'a guess is a whole number'],
  7007: ['refused', 'a guess is between 1 and 50'],
  8001: ['refused', 'this user does not play'],
  10000: ['refused', 'the file is too large for the server'],
  10001: ['refused', 'the checksum of the file is wrong'],
  10002: ['refused', 'the other side does not take the file'],
}

const farewells: Readonly<Record<number, string>> = {
  7000: 'the server had no answer to its PING in time',
  7001: 'the server found a message too long',
  7100: 'the server stops',
  7101: 'too much was not read in time',
  7102: 'nobody signed in in time',
  7103: 'the account has changed',
  7104: 'too much was refused before anybody signed in',
  7105: 'an operator removed this user',
  7106: 'an operator banned this user',
  7107: 'no guests are let in at the moment',
  7108: 'the server does not reach the others of its community',
}

export const noSuchUser = 6001

/** Whether a reply is a no: by its status in any case, and by its code where it has no status. */
export function isRefused(body: Body): boolean {
  const { status } = body
  if (typeof status === 'string') return status.toLowerCase() !== 'ok'
  return (numberMember(body, 'code') ?? 0) !== 0
}

export function refusal(body: Body): ChatError {
  const code = numberMember(body, 'code')
  const [chatCode, text] = refusals[code ?? 0] ?? [
    'refused',
    `the server refused it${code ? ` with code ${code}` : ''}`,
  ]
  return new ChatError(chatCode, text)
}

/** In the document the code of DSCN is its reason; in the field it is there twice (J-5). */
export function farewell(body: Body): string {
  const code = numberMember(body, 'reason') ?? numberMember(body, 'code') ?? 0
  return farewells[code] ?? `the server ended the connection${code ? ` with reason ${code}` : ''}`
}

/** Numbers may come as numeric strings (J-2); null: there is none. */
export function numberMember(body: Body, member: string): number | null {
  const value = Object.hasOwn(body, member) ? body[member] : undefined
  if (typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value)) return Number(value)
  return typeof value === 'number' ? value : null
}

export function accepted(body: Body): true | ChatError {
  return isRefused(body) ? refusal(body) : true
}

export function usersIn(body: Body): readonly string[] | ChatError {
  if (isRefused(body)) return refusal(body)
  const { users } = body
  // A server in the field lists connections that have not signed in as null.
  const named = Array.isArray(users) ? users.filter((user) => user !== null) : [null]
  if (named.every((user) => typeof user === 'string')) return named
  return new ChatError('broken-server', 'LIST_USERS_RESP came without a list of names')
}

/** What a server says that does not have everything of the document. */
export function notUnderstood(request: string, { header }: JsonFrame): ChatError | undefined {
  if (header === 'UNKNOWN_COMMAND') return new ChatError('cannot', `this server does not know ${request}`)
  if (header === 'PARSE_ERROR') return new ChatError('refused', `this server cannot read this ${request}`)
  return undefined
}
