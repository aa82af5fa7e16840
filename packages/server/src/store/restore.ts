import { closeSync, copyFileSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { systemReason } from '../system-reason.ts'
import { checkDatabase } from './check.ts'
import { contentsDigest, countsOf, openUnchanged, type Counts } from './contents.ts'
import { createPrivateFile } from './data-directory.ts'
import { connect, databaseFile, identityOf } from './database.ts'
import { lockDataDirectory } from './directory-lock.ts'
import { migrate } from './schema.ts'

/**
 * More numbers than a server uses between a backup and the day when it is restored. Clients know
 * messages by numbers from after the backup, and none of these may be given again.
 */
const skippedNumbers = 1_000_000_000

interface Restored {
  readonly counts: Counts
  /** Where the database is that was there before; null: there was none. */
  readonly before: string | null
  /** Rows of the backup that are not as they were written. */
  readonly damaged: number
}

/** `message`: why nothing was restored, for people. */
type Outcome = { readonly ok: true; readonly value: Restored } | { readonly ok: false; readonly message: string }

export interface RestoreOptions {
  /** Whether a database that is there makes room. It is kept beside the new one. */
  readonly replace: boolean
  /** Milliseconds since 1970. */
  readonly now: number
}

/**
 * Puts a backup into a data directory that no server holds. The copy is compared with the backup,
 * row by row, and checked, before it takes its place in one step: whatever goes wrong, the
 * directory has either all of the old database or all of the new one. Numbers that were used after
 * the backup are not used again.
 */
export function restoreBackup(backupFile: string, directory: string, options: RestoreOptions): Outcome {
  const isNew = identityOf(databaseFile(directory)) === null
  const lock = lockDataDirectory(directory)
  if (!lock.ok) return refused(lock.problem.message)
  let outcome: Outcome
  try {
    outcome = restoreInto(backupFile, directory, options)
  } catch (error) {
    outcome = refused(`The backup ${backupFile} cannot be restored: ${systemReason(error)}. Nothing was changed.`)
  }
  lock.value.release()
  // To hold the lock a file had to be made.
  if (isNew && !outcome.ok) rmSync(databaseFile(directory), { force: true })
  return outcome
}

function restoreInto(backupFile: string, directory: string, { replace, now }: RestoreOptions): Outcome {
  const target = databaseFile(directory)
  if (identityOf(backupFile) === identityOf(target)) return refused(`${backupFile} is the database itself.`)
  const isEmpty = isEmptyDatabase(target)
  if (!isEmpty && !replace) {
    return refused(
      `${directory} holds data already. Restore into another directory, or add --replace: the present database is kept beside the new one.`,
    )
  }
  const copy = `${target}.restored`
  try {
    const checked = checkedCopy(backupFile, copy)
    if (typeof checked === 'string') return refused(`The backup ${backupFile} ${checked}. Nothing was changed.`)
    const before = isEmpty ? null : `${target}.before-${new Date(now).toISOString().replaceAll(/[:.]/g, '')}`
    // The lock stays on the old file until the new one is in its place.
    if (before) linkSync(target, before)
    for (const beside of ['-wal', '-shm']) rmSync(`${target}${beside}`, { force: true })
    renameSync(copy, target)
    sync(directory)
    return { ok: true, value: { ...checked, before } }
  } finally {
    for (const beside of ['', '-wal', '-shm']) rmSync(`${copy}${beside}`, { force: true })
  }
}

/** Also writes what is only in the write-ahead log into the file, which is kept alone. */
function isEmptyDatabase(file: string): boolean {
  if (statSync(file).size === 0 && !statSync(`${file}-wal`, { throwIfNoEntry: false })?.size) return true
  const database = connect(file, 1_000)
  try {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    return database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'] === 0
  } catch {
    // A damaged one is what a backup is for, and may be looked at later.
    return false
  } finally {
    database.close()
  }
}

/** What is in the copy, or what is wrong with the backup. */
function checkedCopy(backupFile: string, copy: string): Omit<Restored, 'before'> | string {
  rmSync(copy, { force: true })
  createPrivateFile(copy)
  copyFileSync(backupFile, copy)
  const [original, copied] = [openUnchanged(backupFile), new DatabaseSync(copy)]
  try {
    const version = Number(original.prepare('PRAGMA user_version').get()?.['user_version'])
    if (version === 0) return 'is no database of Parley'
    if (contentsDigest(original) !== contentsDigest(copied))
      return 'does not read the same twice; see whether its disk works'
    const migrated = migrate(copied)
    if (!migrated.ok) return `cannot be used: ${migrated.problem.message}`
    const { structure, rows } = checkDatabase(copied)
    if (structure !== null) return `is damaged: ${structure}`
    copied.prepare('UPDATE counters SET reserved = max(reserved, (SELECT seq FROM meta)) + ?').run(skippedNumbers)
    copied.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    return { counts: countsOf(copied), damaged: rows.length }
  } catch (error) {
    return `cannot be read: ${systemReason(error)}`
  } finally {
    original.close()
    copied.close()
    sync(copy)
  }
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r')
  fsyncSync(descriptor)
  closeSync(descriptor)
}

function refused(message: string): Outcome {
  return { ok: false, message }
}
