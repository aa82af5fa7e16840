import { systemReason } from '../system-reason.ts'
import { checkDatabase } from './check.ts'
import { defineChecksum } from './checksum.ts'
import { countsOf, openUnchanged, type Counts } from './contents.ts'

export interface CheckedBackup {
  readonly counts: Counts
  /** Rows that are not as they were written. */
  readonly damaged: number
}

/** Reads all of a copy of a database at the newest schema. A text: what is wrong with it. */
export function checkBackup(file: string): CheckedBackup | string {
  try {
    const database = openUnchanged(file)
    try {
      defineChecksum(database)
      const { structure, rows } = checkDatabase(database)
      return structure ?? { counts: countsOf(database), damaged: rows.length }
    } finally {
      database.close()
    }
  } catch (error) {
    return systemReason(error)
  }
}
