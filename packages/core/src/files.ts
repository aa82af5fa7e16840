import type { UserName } from './names.ts'

/** A file that one user would like to give to another. */
export interface FileOffer {
  readonly id: string
  readonly from: UserName
  readonly to: UserName
  readonly name: string
  /** Bytes, where it is known. */
  readonly size: number | null
}

export type FileNotice =
  | { readonly kind: 'file-offered'; readonly offer: FileOffer }
  | { readonly kind: 'file-accepted'; readonly offer: FileOffer }
  | { readonly kind: 'file-refused'; readonly offer: FileOffer }
