import type { FileOutcome, OfferFailure, UserName } from '@parley/core'
import { broadcastReplies, tellReplies } from './replies.ts'

/** helo.txt 7.11, H-3. */
export const offerReplies = {
  'no-such-user': tellReplies['no-such-user'],
  'to-yourself': "-SOFT_ERR you can't send a file to yourself!",
  'cannot-receive': '-SOFT_ERR user cannot receive files',
  'too-large': '-SOFT_ERR file is too large',
  'too-many-messages': broadcastReplies['too-many-messages'],
} satisfies Record<OfferFailure, `-SOFT_ERR ${string}`>

const notStored = '-SOFT_ERR file could not be stored'

/** To the sender on its main connection; null: it hears of it on the connection of the file, if it has one. */
export const fileReplies = {
  noSuchFile: '-SOFT_ERR no such file!',
  noFreePort: '-SOFT_ERR no free port for the file',
  refused: (user: UserName) => `-SOFT_ERR user ${user} has refused the file` as const, // H-18
  corrupted: null,
  'not-sent': null,
  'not-taken': null,
  'too-large': null,
  'too-many-transfers': '-SOFT_ERR too many files on their way',
  'crowded-out': '-SOFT_ERR strangers took the places at the file port',
  'spool-full': notStored,
  'spool-unavailable': notStored,
} satisfies Record<
  Exclude<FileOutcome, 'delivered'> | 'noSuchFile' | 'noFreePort',
  `-SOFT_ERR ${string}` | ((user: UserName) => `-SOFT_ERR ${string}`) | null
>
