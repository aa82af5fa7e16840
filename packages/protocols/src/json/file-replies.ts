import type { FileOutcome } from '@parley/core'
import type { SubmitFailure } from '../protocol.ts'
import { receiverRejected } from './file-forms.ts'
import { notTaken, privateMessageCodes, toYourself, tooManyMessages } from './replies.ts'

const tooLarge = 10000
export const wrongChecksum = 10001
export const noFilename = privateMessageCodes['empty-text']
const noRecipient = privateMessageCodes['no-such-user']

/** json.txt 10, J-15. */
export const offerCodes = {
  'no-such-user': noRecipient,
  'to-yourself': toYourself,
  'cannot-receive': receiverRejected,
  'too-large': tooLarge,
  'too-many-messages': tooManyMessages,
  muted: tooManyMessages,
  unavailable: notTaken,
} satisfies Record<SubmitFailure<'file.offer'>, number>

/** To the receiver; null: the sender hears of it. */
export const answerCodes = {
  'no-such-offer': noRecipient,
  'too-many-transfers': null,
  unavailable: notTaken,
} satisfies Record<SubmitFailure<'file.accept' | 'file.refuse'>, number | null>

/**
 * To the sender of a file that this server takes from it (J-20); null: it knows, or there is
 * nothing to say.
 */
export const outcomeCodes = {
  delivered: null,
  corrupted: wrongChecksum,
  refused: receiverRejected,
  'not-sent': null,
  'not-taken': receiverRejected,
  'too-large': tooLarge,
  'too-many-transfers': receiverRejected,
  'crowded-out': receiverRejected,
  'spool-full': tooLarge,
  'spool-unavailable': tooLarge,
} satisfies Record<FileOutcome, number | null>
