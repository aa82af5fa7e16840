import type { BroadcastFailure, SealedFailure, SignInFailure, TellFailure } from '@parley/core'
import type { Farewell } from '../protocol.ts'
import type { Body } from './body.ts'
import type { JsonMessage } from './codec.ts'

/** The requests that need a signed-in user, and the response that each is answered with (J-3). */
export const responses = {
  BROADCAST_REQ: 'BROADCAST_RESP',
  LIST_USERS_REQ: 'LIST_USERS_RESP',
  PRIVATE_MESSAGE_REQ: 'PRIVATE_MESSAGE_RESP',
  START_GAME_REQ: 'START_GAME_RESP',
  JOIN_GAME_REQ: 'JOIN_GAME_RESP',
  GUESS_NUMBER_REQ: 'GUESS_NUMBER_RESP',
  FILE_TRANSFER_REQUEST: 'FILE_TRANSFER_RESPONSE',
  FILE_TRANSFER_RESPONSE: 'FILE_TRANSFER_RESPONSE',
  SECURE_MESSAGE_REQ: 'SECURE_MESSAGE_RES',
  SECURE_MESSAGE_RES: 'SECURE_MESSAGE_RES',
  SECURE_MESSAGE: 'SECURE_MESSAGE_RES', // J-18
} as const

export type UserRequest = keyof typeof responses
type Response = (typeof responses)[UserRequest] | 'LOGIN_RESP' | 'BYE_RESP'

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
const notTaken = 6010
const noKey = 6011 // J-17

/** null: nobody is left to answer. */
export const loginCodes = {
  'name-invalid': nameFormat,
  'name-reserved': nameFormat, // J-19
  'name-taken': nameInUse,
  'wrong-password': nameInUse,
  'store-unavailable': nameInUse,
  gone: null,
} satisfies Record<SignInFailure, number | null>

export const broadcastCodes = {
  'empty-text': emptyMessage,
  'too-many-messages': tooManyMessages,
} satisfies Record<BroadcastFailure, number>

export const privateMessageCodes = {
  'no-such-user': noRecipient,
  'empty-text': emptyMessage,
  'too-many-messages': tooManyMessages,
  'mailbox-full': notTaken,
  'store-unavailable': notTaken,
} satisfies Record<TellFailure, number>

/** For a SECURE_MESSAGE_REQ and a SECURE_MESSAGE alike (J-17, J-18). */
export const sealedCodes = {
  'no-such-user': noRecipient,
  'to-yourself': toYourself,
  'no-key': noKey,
  'key-too-long': noKey,
  'empty-text': emptyMessage,
  'too-many-messages': tooManyMessages,
} satisfies Record<SealedFailure, number>

export const pongTimeout = 7000
export const unterminatedMessage = 7001

/** Reasons of DSCN that are our own (J-19). */
export const farewellReasons = {
  stopping: 7100,
  'too-slow': 7101,
  'sign-in-timeout': 7102,
} satisfies Record<Farewell, number>

export const unknownCommand: JsonMessage = { header: 'UNKNOWN_COMMAND' }
export const parseError: JsonMessage = { header: 'PARSE_ERROR' }
export const pongError: JsonMessage = { header: 'PONG_ERROR', body: { code: 8000 } }
export const ping: JsonMessage = { header: 'PING' }
