import type { BroadcastFailure, TellFailure } from '../kit/talk.ts'
import type { Farewell, SignInFailure, SubmitFailure } from '../protocol.ts'
import type { Body } from './body.ts'
import type { JsonMessage } from './codec.ts'

/** What the requests that need a signed-in user are answered with (J-3). */
export type UserResponse =
  | 'BROADCAST_RESP'
  | 'LIST_USERS_RESP'
  | 'PRIVATE_MESSAGE_RESP'
  | 'START_GAME_RESP'
  | 'JOIN_GAME_RESP'
  | 'GUESS_NUMBER_RESP'
  | 'FILE_TRANSFER_RESPONSE'
  | 'SECURE_MESSAGE_RES'
type Response = UserResponse | 'LOGIN_RESP' | 'BYE_RESP'

export function accept(response: Response, members: Body = {}): JsonMessage {
  return { header: response, body: { status: 'OK', ...members } }
}

export function refuse(response: Response, code: number): JsonMessage {
  return { header: response, body: { status: 'ERROR', code } }
}

export const loginTwice = 5002
export const notLoggedIn = 6000
export const toYourself = 6007
export const nameFormat = 5001
const nameInUse = 5000
const noRecipient = 6001
const emptyMessage = 6008
// Our own, where the document has none (J-4).
export const tooManyMessages = 6009
export const notTaken = 6010
const noKey = 6011 // J-17

export const loginCodes = {
  'name-invalid': nameFormat,
  'name-reserved': nameFormat, // J-19
  'name-taken': nameInUse,
  'wrong-password': nameInUse,
  unavailable: nameInUse,
} satisfies Record<SignInFailure, number>

export const broadcastCodes = {
  'empty-text': emptyMessage,
  'too-many-messages': tooManyMessages,
  muted: tooManyMessages,
  unavailable: notTaken,
} satisfies Record<BroadcastFailure, number>

export const privateMessageCodes = {
  'no-such-user': noRecipient,
  'empty-text': emptyMessage,
  'too-many-messages': tooManyMessages,
  muted: tooManyMessages,
  'mailbox-full': notTaken,
  unavailable: notTaken,
} satisfies Record<TellFailure, number>

/** For a SECURE_MESSAGE_REQ and a SECURE_MESSAGE alike (J-17, J-18). */
export const sealedCodes = {
  'no-such-user': noRecipient,
  'to-yourself': toYourself,
  'no-key': noKey,
  'key-too-long': noKey,
  'empty-text': emptyMessage,
  'too-many-messages': tooManyMessages,
  muted: tooManyMessages,
  unavailable: notTaken,
} satisfies Record<SubmitFailure<'key.request' | 'sealed.send'>, number>

export const pongTimeout = 7000
export const unterminatedMessage = 7001

/** Reasons of DSCN that are our own (J-19). */
export const farewellReasons = {
  stopping: 7100,
  'too-slow': 7101,
  'sign-in-timeout': 7102,
  'account-changed': 7103,
  'too-many-refused': 7104,
  removed: 7105,
  banned: 7106,
  'no-guests': 7107,
  'cut-off': 7108,
} satisfies Record<Farewell, number>

export const unknownCommand: JsonMessage = { header: 'UNKNOWN_COMMAND' }
export const parseError: JsonMessage = { header: 'PARSE_ERROR' }
export const pongError: JsonMessage = { header: 'PONG_ERROR', body: { code: 8000 } }
export const ping: JsonMessage = { header: 'PING' }
