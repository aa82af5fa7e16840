import type { FileOffer } from '@parley/core'
import { md5 } from '../carriers/file-checksums.ts'
import type { Body } from './body.ts'

/** What the two forms of a connection say of files (J-1, J-15). Errors have one form for both. */
export interface FileForm {
  /** Bytes of a file whose request says `size`; null: it was not given. */
  sizeOf(size: number | null): number | null
  offered(offer: FileOffer, filename: string): Body
  accepted(offer: FileOffer, transferId: string): Body
  refused(offer: FileOffer): Body
}

export const receiverRejected = 10002
/** A client in the field keeps the size in 32 bits. */
const fieldSizes = 2_147_483_647

export const documentFiles: FileForm = {
  sizeOf: (size) => size,
  offered: ({ from, size, checksums }, filename) => ({
    sender: from,
    filename,
    ...(size !== null && { size }),
    ...(checksums[md5] !== undefined && { checksum: checksums[md5] }),
  }),
  accepted: ({ to }, transferId) => ({ receiver: to, status: 'OK', transferId }),
  refused: () => ({ status: 'ERROR', code: receiverRejected }),
}

export const fieldFiles: FileForm = {
  // Clients in the field always send a size, and it is always 0.
  sizeOf: (size) => size || null,
  offered: ({ from, size }, filename) => ({
    sender: from,
    filename,
    ...(size !== null && size <= fieldSizes && { size }),
  }),
  accepted: ({ from }, transferId) => ({ code: 0, status: 'OK', sender: from, transferId }),
  refused: ({ from }) => ({ code: 0, status: 'NO', sender: from, transferId: null }),
}
