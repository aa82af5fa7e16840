import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'

/** How much of what there is. */
export interface Counts {
  readonly accounts: number
  readonly messages: number
  readonly groups: number
  /** Messages that are kept. */
  readonly kept: number
}

/** A database that nobody writes, such as a backup. Nothing is made beside it. Throws what SQLite throws. */
export function openUnchanged(file: string): DatabaseSync {
  // SQLite would make a file that is not there.
  statSync(file)
  const url = pathToFileURL(file)
  url.searchParams.set('immutable', '1')
  return new DatabaseSync(url, { readOnly: true })
}

/** At the newest schema. */
export function countsOf(database: DatabaseSync): Counts {
  const count = (table: string) => Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n'])
  return { accounts: count('accounts'), messages: count('letters'), groups: count('groups'), kept: count('history') }
}

/**
 * A digest of all rows of all tables, and of the version of the schema: equal for databases that
 * hold the same.
 */
export function contentsDigest(database: DatabaseSync): string {
  const hash = createHash('sha256')
  const tables = database.prepare(`
    SELECT name FROM sqlite_schema
    WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name`)
  hash.update(JSON.stringify(database.prepare('PRAGMA user_version').get()))
  for (const { name } of tables.all()) {
    const rows = database.prepare(`SELECT * FROM "${String(name)}"`)
    rows.setReadBigInts(true)
    hash.update(`\n${String(name)}\n`)
    for (const row of rows.iterate())
      for (const value of Object.values(row)) hash.update(`${typeof value} ${shown(value)}\n`)
  }
  return hash.digest('hex')
}

function shown(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  return JSON.stringify(typeof value === 'bigint' ? String(value) : value)
}
