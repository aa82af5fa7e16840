import type { FileOutcome, UserName } from '@parley/core'
import type { SubmitFailure } from '../protocol.ts'
import { broadcastReplies, tellReplies, type SoftErr } from './replies.ts'

const notStored = '-SOFT_ERR file could not be stored'
export const noSuchFile = '-SOFT_ERR no such file!'
export const noFreePort = '-SOFT_ERR no free port for the file'

/** helo.txt 7.11, H-3. */
export const offerReplies = {
  'no-such-user': tellReplies['no-such-user'],
  'to-yourself': "-SOFT_ERR you can't send a file to yourself!",
  'cannot-receive': '-SOFT_ERR user cannot receive files',
  'too-large': '-SOFT_ERR file is too large',
  'too-many-messages': broadcastReplies['too-many-messages'],
  muted: broadcastReplies.muted,
  unavailable: notStored,
} satisfies Record<SubmitFailure<'file.offer'>, SoftErr>

/** To the receiver. */
export const acceptReplies = {
  'no-such-offer': noSuchFile,
  'too-many-transfers': noSuchFile, // The sender hears why.
  unavailable: notStored,
} satisfies Record<SubmitFailure<'file.accept'>, SoftErr>

/**
 * To the sender on its main connection; null: it hears of it on the connection of the file, if it
 * has one.
 */
export const outcomeReplies = {
  delivered: null,
  refused: (user: UserName) => `-SOFT_ERR user ${user} has refused the file` as const, // H-18
  corrupted: null,
  'not-sent': null,
  'not-taken': null,
  'too-large': null,
  'too-many-transfers': '-SOFT_ERR too many files on their way',
  'crowded-out': '-SOFT_ERR other connections took the places at the file port',
  'spool-full': notStored,
  'spool-unavailable': notStored,
} satisfies Record<FileOutcome, SoftErr | ((user: UserName) => SoftErr) | null>
