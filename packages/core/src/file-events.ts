import type { UserName } from './names.ts'

/** One transfer, from its offer to its outcome. */
export type TransferId = number

/** What is said of a file. `checksums`: by the name of the algorithm, opaque here. */
export interface FileDescription {
  readonly name: string
  /** Bytes; null: not said. */
  readonly size: number | null
  readonly checksums: { readonly [algorithm: string]: string }
  /** The bytes are sealed by the sender's client. */
  readonly sealed?: true
}

/** A file that one user would like to give to another. */
export interface FileOffer extends FileDescription {
  readonly from: UserName
  readonly to: UserName
}

/**
 * `corrupted`: what came is not what was said of it. `refused`: the receiver did, or left without
 * an answer. `not-sent`, `not-taken`: the sender's or the receiver's side was too late, broke off
 * or left. `too-many-transfers`: the sender has as many under way as may be. `crowded-out`: others
 * used up the places where it was to be carried. `spool-full`: of the spool, or of the sender's
 * part of it.
 */
export type FileOutcome =
  | 'delivered'
  | 'corrupted'
  | 'refused'
  | 'not-sent'
  | 'not-taken'
  | 'too-large'
  | 'too-many-transfers'
  | 'crowded-out'
  | 'spool-full'
  | 'spool-unavailable'

export type FileEvent =
  /** To the receiver, who accepts or refuses. `direct`: both move files by the same method. */
  | {
      readonly kind: 'file-offered'
      readonly transfer: TransferId
      readonly offer: FileOffer
      readonly direct: boolean
    }
  /**
   * To the sender, who may begin, and to whoever carries the bytes. These hear it once more when
   * the receiver takes what is spooled. `place`: from the receiver's side; null: the file goes to
   * this server's spool.
   */
  | {
      readonly kind: 'file-accepted'
      readonly transfer: TransferId
      readonly offer: FileOffer
      readonly place: string | null
    }
  /** To the sender, and to whoever carries the bytes. */
  | {
      readonly kind: 'file-ended'
      readonly transfer: TransferId
      readonly offer: FileOffer
      readonly direct: boolean
      readonly outcome: FileOutcome
    }
