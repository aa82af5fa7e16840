import type { Failure } from './requests.ts'

/** Primary result codes of SQLite. */
const codes = { busy: 5, corrupt: 11, full: 13, cannotOpen: 14, constraint: 19, notADatabase: 26 }
/** An I/O error while writing: a quota, or a limit of the process. */
const writeError = 778

/** The primary result code; null: SQLite did not throw this. */
function codeOf(error: unknown): number | null {
  // The low byte of an extended result code is its primary code.
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : null
}

export function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof MovedError) return { why: 'moved', message }
  if (isDamage(error)) return { why: 'damaged', message }
  return { why: isFull(error) ? 'full' : 'unusable', message }
}

export function isBusy(error: unknown): boolean {
  return codeOf(error) === codes.busy
}

/** A write found nothing to build on. The database is all right. */
export function isConstraint(error: unknown): boolean {
  return codeOf(error) === codes.constraint
}

/** The file is not what SQLite wrote, or has a number that we never write. */
export function isDamage(error: unknown): boolean {
  const code = codeOf(error)
  if (code === codes.corrupt || code === codes.notADatabase) return true
  return error instanceof RangeError && 'code' in error && error.code === 'ERR_OUT_OF_RANGE'
}

export function isFull(error: unknown): boolean {
  if (codeOf(error) === codes.full) return true
  return error instanceof Error && 'errcode' in error && Number(error.errcode) === writeError
}

/** SQLite could not open the file. It does not say why. */
export function isUnopened(error: unknown): boolean {
  return codeOf(error) === codes.cannotOpen
}

/** The database is not where it was when it was opened. */
export class MovedError extends Error {
  constructor(file: string) {
    super(`${file} was removed, or something else stands in its place`)
  }
}
