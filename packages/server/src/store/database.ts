import { statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { createPrivateFile, prepareDataDirectory } from './data-directory.ts'
import { isDamage, MovedError } from './failures.ts'
import { databaseDamaged, databaseUnusable, type Opened } from './problems.ts'
import { migrate } from './schema.ts'

/**
 * How long another connection of this process may keep us waiting. Other processes do not get in.
 */
const busyTimeoutMs = 250

export function databaseFile(directory: string): string {
  return join(directory, 'parley.db')
}

/**
 * The database of a data directory: `parley.db`, for this user alone, at the newest schema. While
 * it is open no other process can open it: the lock is the kernel's, on the file itself, and what
 * SQLite else shares between processes stays in this one's memory.
 */
export function openDatabase(directory: string): Opened<DatabaseSync> {
  const prepared = prepareDataDirectory(directory)
  if (!prepared.ok) return prepared
  const file = databaseFile(directory)
  let database: DatabaseSync | undefined
  try {
    createPrivateFile(file)
    database = connect(file, busyTimeoutMs)
    // FULL: what was committed survives a power failure as well, which in WAL mode is not the
    // default promise.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    const migrated = migrate(database)
    if (migrated.ok) return { ok: true, value: database }
    database.close()
    return migrated
  } catch (error) {
    database?.close()
    return isDamage(error) ? databaseDamaged(file, reasonIn(error)) : databaseUnusable(file, error)
  }
}

/**
 * The same for a directory that was found in order before, with the file that was there then.
 * Throws where it is so no more, and makes nothing anew: an empty database would give away every
 * name.
 */
export function reopenDatabase(directory: string, identity: string): DatabaseSync {
  const file = databaseFile(directory)
  if (identityOf(file) !== identity) throw new MovedError(file)
  const opened = openDatabase(directory)
  if (!opened.ok) throw new Error(opened.problem.message)
  return opened.value
}

/** A connection that keeps other processes out from its first look at the file on. */
export function connect(file: string, timeout: number): DatabaseSync {
  const url = pathToFileURL(file)
  url.searchParams.set('vfs', 'unix-excl')
  return new DatabaseSync(url, { timeout, enableForeignKeyConstraints: true })
}

/** Which file stands at a path, whatever its contents; null: none. */
export function identityOf(file: string): string | null {
  const found = statSync(file, { throwIfNoEntry: false })
  return found ? `${found.dev}:${found.ino}` : null
}

function reasonIn(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
