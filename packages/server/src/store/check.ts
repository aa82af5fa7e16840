import type { DatabaseSync } from 'node:sqlite'
import { checkedTables } from './checksum.ts'
import { isDamage } from './failures.ts'
import type { DamagedRow } from './requests.ts'

export interface Findings {
  /** What is wrong with the file, as SQLite says it; null: nothing. */
  readonly structure: string | null
  /** Rows that are not as they were written. */
  readonly rows: readonly DamagedRow[]
}

/**
 * Reads a database at the newest schema: SQLite's own check of its structure, and the checksum of
 * every row. `but`: a table whose rows somebody else checks.
 */
export function checkDatabase(database: DatabaseSync, but: 'history' | null = null): Findings {
  try {
    const structure = String(database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'])
    if (structure !== 'ok') return { structure: structure.replace(/^\*\*\* .* \*\*\*\n/, ''), rows: [] }
    const rows = damagedRows(database, but)
    const isUncounted = rows.some(({ table }) => table === 'meta')
    return { structure: isUncounted ? 'its last number is not as it was written' : null, rows }
  } catch (error) {
    if (!isDamage(error)) throw error
    return { structure: error instanceof Error ? error.message : String(error), rows: [] }
  }
}

function damagedRows(database: DatabaseSync, but: 'history' | null): readonly DamagedRow[] {
  const tables = Object.entries(checkedTables).filter(([table]) => table !== but)
  return tables.flatMap(([table, { values, row, of }]) => {
    const unsound = database.prepare(`
      SELECT ${row} AS row, ${of} AS of FROM ${table} WHERE checksum <> checksum_of(${values})`)
    return unsound.all().map((found) => ({ table, row: String(found['row']), of: String(found['of']) }))
  })
}
