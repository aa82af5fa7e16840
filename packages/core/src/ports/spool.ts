import type { Result } from '../result.ts'

/**
 * Where files wait that go from one user to another. Nothing in it outlives the server: a new one
 * starts empty. All files together hold no more than a quota that the spool was opened with.
 */
export interface Spool {
  create(): Promise<Result<SpoolFile, SpoolFailure>>
  /** Bytes that all files may hold. */
  readonly quota: number
  /** Bytes that all files hold. */
  readonly size: number
}

/** No method rejects; calls of one caller take effect in the order they were made. */
export interface SpoolFile {
  /**
   * The bytes are the caller's again when it resolves. After a failure the file is good for nothing
   * but `delete`.
   */
  append(bytes: Uint8Array): Promise<Result<void, SpoolFailure>>
  /**
   * The bytes from `position` on, as many as are handy; none at the end of the file. They are good
   * until the next read.
   */
  read(position: number): Promise<Result<Uint8Array, 'spool-unavailable'>>
  /** When it resolves, its bytes count no more. Every later call fails. May be called twice. */
  delete(): Promise<void>
}

/** `spool-full`: the quota or the disk is. `spool-unavailable`: the disk is gone or broken. */
export type SpoolFailure = 'spool-full' | 'spool-unavailable'
