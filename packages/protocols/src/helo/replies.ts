import type { BroadcastFailure, TellFailure } from '../kit/talk.ts'
import type { Farewell, SignInFailure, SubmitFailure } from '../protocol.ts'

/** Ends the connection, and is said before sign-in only: clients disconnect on it (H-3). */
type Err = `-ERR ${string}`
export type SoftErr = `-SOFT_ERR ${string}`

const alreadyLoggedIn = '-ERR user already logged in'
export const invalidFormat =
  '-ERR username has an invalid format (only characters, numbers and underscores are allowed)'

/** H-3, word for word, and H-8. */
export const softErrs = {
  unknownCommand: '-SOFT_ERR unknown command',
  malformedCommand: '-SOFT_ERR malformed command',
  mustLogIn: '-SOFT_ERR you must log in first',
  alreadyLoggedIn: '-SOFT_ERR you are already logged in',
  messageToYourself: "-SOFT_ERR you can't send a message to yourself!", // H-8
} satisfies Record<string, SoftErr>

const messageIsEmpty = '-SOFT_ERR message is empty'
const tooManyMessages = '-SOFT_ERR too many messages'
const muted = '-SOFT_ERR you may not write at the moment'
const notStored = '-SOFT_ERR message could not be stored'

export const signInReplies = {
  'name-invalid': invalidFormat,
  'name-reserved': invalidFormat, // H-17
  'name-taken': alreadyLoggedIn,
  'wrong-password': alreadyLoggedIn,
  unavailable: alreadyLoggedIn,
} satisfies Record<SignInFailure, Err>

export const broadcastReplies = {
  'empty-text': messageIsEmpty,
  'too-many-messages': tooManyMessages,
  muted,
  unavailable: notStored,
} satisfies Record<BroadcastFailure, SoftErr>

export const tellReplies = {
  'no-such-user': '-SOFT_ERR no such user!',
  'empty-text': messageIsEmpty,
  'too-many-messages': tooManyMessages,
  muted,
  'mailbox-full': '-SOFT_ERR mailbox of that user is full',
  unavailable: notStored,
} satisfies Record<TellFailure, SoftErr>

/** For requests of keys and for sealed messages. */
export const sealedReplies = {
  'no-such-user': tellReplies['no-such-user'],
  'to-yourself': softErrs.messageToYourself,
  'no-key': '-SOFT_ERR user cannot receive encrypted messages',
  'key-too-long': softErrs.malformedCommand,
  'empty-text': softErrs.malformedCommand, // H-15
  'too-many-messages': tooManyMessages,
  muted,
  unavailable: notStored,
} satisfies Record<SubmitFailure<'key.request' | 'sealed.send'>, SoftErr>

/** null: a key that comes too soon after others is as if it had not been given. */
export const publicKeyReplies = {
  'key-too-long': sealedReplies['key-too-long'],
  unavailable: null,
} satisfies Record<SubmitFailure<'key.publish'>, SoftErr | null>

export const farewells = {
  stopping: 'DSCN Server is stopping', // H-17
  'too-slow': 'DSCN Too many unread messages',
  'sign-in-timeout': 'DSCN Login timeout',
  'too-many-refused': 'DSCN Too many refused commands',
  'account-changed': 'DSCN Account has changed',
  removed: 'DSCN Removed by the operator',
  banned: 'DSCN Banned by the operator',
  'no-guests': 'DSCN No guests at the moment',
  'cut-off': 'DSCN Server is cut off from the others',
} satisfies Record<Farewell, string>
