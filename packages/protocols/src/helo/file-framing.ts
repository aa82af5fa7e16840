import { Base64Decoder, Base64Encoder, base64Length } from '../kit/base64.ts'
import type { FileFraming } from '../carriers/file-framing.ts'
import { encodeText } from '../kit/text.ts'
import { metadataOf } from './file-metadata.ts'

/** `FILE <<sender> @<sender> <metadata> <base64 of the file>`, one line of any length (H-11). */
export const heloFraming: FileFraming = {
  method: 'helo',
  confirmedBy: 'receiver',
  head: (offer, direct) => encodeText(`FILE <${offer.from} @${offer.from} ${metadataOf(offer, direct)} `),
  tail: encodeText('\n'),
  longestBody: ({ size }) => ({ bytes: base64Length(size ?? 0), outcome: 'corrupted' }),
  decoder: () => new Base64Decoder(),
  encoder: () => new Base64Encoder('reused'),
}

/** What a FILE_STATUS says of a file (H-11). */
export const fileStatuses = {
  delivered: 'file has successfully been delivered!',
  corrupted: 'File has been corrupted and not delivered!',
} as const
