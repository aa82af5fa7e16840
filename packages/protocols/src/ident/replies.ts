import type { BroadcastFailure, TellFailure } from '../kit/talk.ts'
import type { Farewell, SignInFailure, SubmitFailure } from '../protocol.ts'

export type FailCode = keyof typeof texts

/** I-5, word for word. */
const texts = {
  FAIL00: 'UNKNOWN COMMAND',
  FAIL01: 'USER ALREADY LOGGED IN',
  FAIL02: 'USERNAME HAS AN INVALID FORMAT OR LENGTH',
  FAIL03: 'USER MUST LOGIN FIRST',
  FAIL04: 'USER CANNOT LOGIN TWICE',
  FAIL05: 'PONG WITHOUT PING',
  FAIL06: 'YOU ARE THE ONLY CONNECTED USER',
  FAIL07: 'USER DOES NOT EXIST',
  FAIL08: 'CANNOT SEND PRIVATE MESSAGE TO YOURSELF',
  FAIL09: 'MESSAGE IS EMPTY',
  FAIL10: 'TOO MANY MESSAGES',
  FAIL11: 'MAILBOX IS FULL',
  FAIL12: 'USER CANNOT RECEIVE ENCRYPTED MESSAGES',
}

/** What the course's own server says (I-5, `texts=course`). */
const courseTexts: Partial<typeof texts> = {
  FAIL00: 'Unknown command',
  FAIL01: 'User already logged in',
  FAIL02: 'Username has an invalid format or length',
  FAIL03: 'Please log in first',
  FAIL04: 'User cannot login twice',
  FAIL05: 'Pong without ping',
}

export type FailLines = { readonly [code in FailCode]: string }

export function failLines(course: boolean): FailLines {
  const chosen = course ? { ...texts, ...courseTexts } : texts
  return Object.fromEntries(Object.entries(chosen).map(([code, text]) => [code, `${code} ${text}`])) as FailLines
}

export const signInReplies = {
  'name-invalid': 'FAIL02',
  'name-reserved': 'FAIL02', // I-16
  'name-taken': 'FAIL01',
  'wrong-password': 'FAIL01',
  unavailable: 'FAIL01',
} satisfies Record<SignInFailure, FailCode>

export const broadcastReplies = {
  'empty-text': 'FAIL09',
  'too-many-messages': 'FAIL10',
  muted: 'FAIL10',
  unavailable: 'FAIL10',
} satisfies Record<BroadcastFailure, FailCode>

export const tellReplies = {
  'no-such-user': 'FAIL07',
  'empty-text': 'FAIL09',
  'too-many-messages': 'FAIL10',
  muted: 'FAIL10',
  'mailbox-full': 'FAIL11',
  unavailable: 'FAIL11',
} satisfies Record<TellFailure, FailCode>

/** For keys and sealed messages alike (I-11, I-14). */
export const sealedReplies = {
  'no-such-user': 'FAIL07',
  'to-yourself': 'FAIL08',
  'no-key': 'FAIL12',
  'key-too-long': 'FAIL00',
  'empty-text': 'FAIL09',
  'too-many-messages': 'FAIL10',
  muted: 'FAIL10',
  unavailable: 'FAIL10',
} satisfies Record<SubmitFailure<'key.publish' | 'session-key.send' | 'sealed.send'>, FailCode>

/** The document has DSCN for every end that the server decides. */
export const farewells = {
  stopping: 'DSCN Server is stopping', // I-16
  'too-slow': 'DSCN Too many unread messages',
  'sign-in-timeout': 'DSCN Login timeout',
  'too-many-refused': 'DSCN Too many refused commands',
  'account-changed': 'DSCN Account has changed',
  removed: 'DSCN Removed by the operator',
  banned: 'DSCN Banned by the operator',
  'no-guests': 'DSCN No guests at the moment',
  'cut-off': 'DSCN Server is cut off from the others',
} satisfies Record<Farewell, string>
