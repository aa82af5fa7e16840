import type { BroadcastFailure, SignInFailure, TellFailure } from '@parley/core'
import type { State } from './states.ts'

export type ReplyCode = keyof typeof replies

/** The texts of the document, and the state that each reply leads to; null: the one it was in (P-3, P-5). */
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

/** One answer for everything, so that nothing tells whether the name exists (P-4). null: nobody is left to answer. */
export const signInReplies = {
  'name-invalid': '565',
  'name-reserved': '565',
  'name-taken': '565',
  'wrong-password': '565',
  'store-unavailable': '565',
  gone: null,
} satisfies Record<SignInFailure, ReplyCode | null>

export const broadcastReplies = {
  'empty-text': '540',
  'too-many-messages': '540',
} satisfies Record<BroadcastFailure, ReplyCode>

/** P-5 */
export const tellReplies = {
  'no-such-user': '545',
  'empty-text': '540',
  'too-many-messages': '540',
  'mailbox-full': '540',
  'store-unavailable': '540',
} satisfies Record<TellFailure, ReplyCode>
