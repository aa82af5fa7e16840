import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { crc32 } from 'node:zlib'

/**
 * Makes `checksum_of(value, …)` known to SQL on this connection. It is the CRC-32 of the values of a
 * row, kept beside them: SQLite's own checks do not see bytes that change inside a text. What a
 * text is read as counts, so a change that does not show is none.
 */
export function defineChecksum(database: DatabaseSync): void {
  const options = { deterministic: true, directOnly: true, useBigIntArguments: true, varargs: true }
  database.function('checksum_of', options, checksumOf)
}

function checksumOf(...values: SQLInputValue[]): number {
  return crc32(values.join('\n'))
}
