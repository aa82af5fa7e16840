import type { BroadcastFailure, TellFailure } from '../kit/talk.ts'
import type { SignInFailure } from '../protocol.ts'
import type { State } from './states.ts'

export type ReplyCode = keyof typeof replies

/**
 * The texts of the document, and the state that each reply leads to; null: the one it was in (P-3,
 * P-5).
 */
export const replies = {
  '220': { text: 'received username successfully', next: 'User Validated' },
  '230': { text: 'user authenticated successfully', next: 'Process Command' },
  '240': { text: 'message successfully sent', next: 'Process Command' },
  '255': { text: 'end of messages', next: 'Process Command' },
  '256': { text: 'no new messages', next: 'Process Command' },
  '500': { text: 'bad command', next: null },
  '540': { text: 'error sending message', next: 'Error Processing' },
  '545': { text: 'receiver user does not exist', next: 'Error Processing' },
  '546': { text: 'too many : characters found in PDU from client', next: 'Error Processing' },
  '550': { text: 'error downloading message', next: 'Error Processing' },
  '560': { text: 'error sending username', next: 'Idle' },
  '565': { text: 'error authenticating user', next: 'Idle' },
} as const satisfies Record<string, { text: string; next: State | null }>

/** One reply for everything, so that nothing tells whether the name exists (P-4). */
export const signInReplies = {
  'name-invalid': '565',
  'name-reserved': '565',
  'name-taken': '565',
  'wrong-password': '565',
  unavailable: '565',
} satisfies Record<SignInFailure, ReplyCode>

export const broadcastReplies = {
  'empty-text': '540',
  'too-many-messages': '540',
  muted: '540',
  unavailable: '540',
} satisfies Record<BroadcastFailure, ReplyCode>

/** P-5 */
export const tellReplies = {
  'no-such-user': '545',
  'empty-text': '540',
  'too-many-messages': '540',
  muted: '540',
  'mailbox-full': '540',
  unavailable: '540',
} satisfies Record<TellFailure, ReplyCode>

/** P-6: a message cannot be read. */
export const receiveReplies = {
  unavailable: '550',
} satisfies Record<'unavailable', ReplyCode>
