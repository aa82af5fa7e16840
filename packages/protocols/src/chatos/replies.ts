import type { BroadcastFailure, TellFailure } from '../kit/talk.ts'
import type { SignInFailure, SubmitFailure } from '../protocol.ts'

export type ErrCode = keyof typeof errCodes

/** The document's table of error codes, in its words. */
export const errCodes = {
  OK: 1,
  'Pseudo Unavailable': 2,
  'Invalid Pseudonym': 3,
  'Unreachable User': 4,
  'TCP In Protocole': 5,
  'TCP Not In Protocole': 6,
} as const

export const signInReplies = {
  'name-invalid': 'Invalid Pseudonym', // C-6
  'name-reserved': 'Invalid Pseudonym',
  'name-taken': 'Pseudo Unavailable',
  'wrong-password': 'Pseudo Unavailable',
  unavailable: 'Pseudo Unavailable',
} satisfies Record<SignInFailure, ErrCode>

/** C-3: there is no other code for what could not be handed on. */
export const broadcastReplies = {
  'empty-text': 'Unreachable User',
  'too-many-messages': 'Unreachable User',
  muted: 'Unreachable User',
  unavailable: 'Unreachable User',
} satisfies Record<BroadcastFailure, ErrCode>

/** C-2, C-3 */
export const tellReplies = {
  'no-such-user': 'Unreachable User',
  'empty-text': 'Unreachable User',
  'too-many-messages': 'Unreachable User',
  muted: 'Unreachable User',
  'mailbox-full': 'Unreachable User',
  unavailable: 'Unreachable User',
} satisfies Record<TellFailure, ErrCode>

/** C-3, C-5. A TCPAbort goes with each. */
export const askReplies = {
  'no-such-user': 'Unreachable User',
  'no-tunnels-there': 'Unreachable User',
  'already-asked': 'TCP In Protocole',
  'to-yourself': 'Unreachable User',
  'too-many-tunnels': 'TCP In Protocole',
  'too-many-messages': 'Unreachable User',
  muted: 'Unreachable User',
  unavailable: 'Unreachable User',
} satisfies Record<SubmitFailure<'tunnel.ask'>, ErrCode>

/** C-7 */
export const abortReplies = {
  'not-a-party': 'Invalid Pseudonym',
  'no-such-request': 'TCP Not In Protocole',
  unavailable: 'TCP Not In Protocole',
} satisfies Record<SubmitFailure<'tunnel.abort'>, ErrCode>

/** C-8 */
export const joinReplies = {
  'no-such-request': 'TCP Not In Protocole',
  'another-was-asked': 'Invalid Pseudonym',
  unavailable: 'TCP Not In Protocole',
} satisfies Record<SubmitFailure<'tunnel.join'>, ErrCode>
