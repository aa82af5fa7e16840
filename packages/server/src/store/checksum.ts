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
  return crc32(values.map(String).join('\n'))
}

interface Checked {
  /** What the checksum is of. */
  readonly values: string
  /** What a row is called by, and whose it is. */
  readonly row: string
  readonly of: string
}

/** Every table whose rows have a checksum. */
export const checkedTables = {
  meta: { values: 'seq, at', row: 'rowid', of: "''" },
  accounts: { values: 'key, name, hash, version', row: 'key', of: 'key' },
  letters: { values: 'id, recipient, sender_key, sender, guest, text, at', row: 'id', of: 'recipient' },
  groups: { values: 'key, name', row: 'id', of: 'key' },
  members: { values: 'group_key, key, name', row: 'id', of: 'group_key' },
  bans: { values: 'group_key, key', row: 'id', of: 'group_key' },
  public_keys: { values: 'account, public_key', row: 'account', of: 'account' },
  backups: { values: 'account, blob', row: 'account', of: 'account' },
  devices: { values: 'id, account, label, hash, added_at, seen_at', row: 'id', of: 'account' },
  marks: { values: 'account, conversation, seq', row: "account || ' ' || conversation", of: 'account' },
  history: {
    values: 'seq, at, conversation, kind, sender, guest, receiver, text, session_key, nonce, target',
    row: 'seq',
    of: 'receiver',
  },
  sanctions: { values: 'measure, kind, value, reason, until, operator, at', row: "kind || ' ' || value", of: "''" },
  moderation: { values: 'id, level, messages, seconds', row: 'id', of: "''" },
  admins: { values: 'account', row: 'account', of: 'account' },
  audit: { values: 'seq, at, operator, action, subject, detail', row: 'seq', of: "''" },
  hooks: {
    values: 'id, name, hash, posts_to, url, secret, hears, delivered, failing_since, is_off',
    row: 'id',
    of: "''",
  },
} as const satisfies Record<string, Checked>

/** An SQL expression: whether the row of this table is as it was written. */
export function isSound(table: keyof typeof checkedTables): string {
  const columns = checkedTables[table].values.split(', ').map((column) => `${table}.${column}`)
  return `${table}.checksum = checksum_of(${columns.join(', ')})`
}
