/**
 * Result codes of SQLite that are the world's fault: busy, locked, out of memory, read-only, input or output error,
 * corrupt, full, cannot open, locking protocol, not a database. Every other one is a bug of ours.
 */
const primaryCodes: ReadonlySet<number> = new Set([5, 6, 7, 8, 10, 11, 13, 14, 15, 26])

/** Whether an exception means that the disk (or what else holds the data) let us down. */
export function isDiskFailure(error: unknown): boolean {
  // The low byte of an extended result code is its primary code.
  return error instanceof Error && 'errcode' in error && primaryCodes.has(Number(error.errcode) & 0xff)
}
