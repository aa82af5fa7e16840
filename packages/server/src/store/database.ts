import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createPrivateFile, prepareDataDirectory } from './data-directory.ts'
import { databaseUnusable, type Opened } from './problems.ts'
import { migrate } from './schema.ts'

/**
 * How long another process may keep us waiting: somebody who looks into the database, or copies it.
 */
const busyTimeoutMs = 250

/** The database of a data directory: `parley.db`, for this user alone, at the newest schema. */
export function openDatabase(directory: string): Opened<DatabaseSync> {
  const prepared = prepareDataDirectory(directory)
  if (!prepared.ok) return prepared
  const file = join(directory, 'parley.db')
  let database: DatabaseSync | undefined
  try {
    createPrivateFile(file)
    database = new DatabaseSync(file, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true })
    // FULL: what was committed survives a power failure as well, which in WAL mode is not the
    // default promise.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    const migrated = migrate(database)
    if (migrated.ok) return { ok: true, value: database }
    database.close()
    return migrated
  } catch (error) {
    database?.close()
    return databaseUnusable(file, error)
  }
}

/**
 * The same for a directory that was found in order before. Throws an Error for people where it is
 * so no more.
 */
export function reopenDatabase(directory: string): DatabaseSync {
  const opened = openDatabase(directory)
  if (!opened.ok) throw new Error(opened.problem.message)
  return opened.value
}
