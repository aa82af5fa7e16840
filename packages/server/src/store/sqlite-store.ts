import type { MailboxLimits, Store } from '@parley/core'
import type { DatabaseSync } from 'node:sqlite'
import { silentLog, type Log } from '../log.ts'
import { sqliteAccounts } from './accounts.ts'
import { openDatabase } from './database.ts'
import { GroupCommit } from './group-commit.ts'
import { sqliteGroups } from './groups.ts'
import { sqliteMailboxes } from './mailboxes.ts'
import type { Opened } from './problems.ts'

/**
 * The store of a data directory, which is made where there is none. It takes no lock on the directory: several
 * processes may have it open, but only one of them should be a server (`lockDataDirectory`). What the disk refuses
 * goes to `log`.
 */
export function openSqliteStore(directory: string, limits: MailboxLimits, log: Log = silentLog): Opened<Store> {
  const database = openDatabase(directory)
  return database.ok ? { ok: true, value: new SqliteStore(database.value, limits, log) } : database
}

/** Takes over a database at the newest schema, and closes it in the end. */
export class SqliteStore implements Store {
  readonly accounts: Store['accounts']
  readonly mailboxes: Store['mailboxes']
  readonly groups: Store['groups']
  readonly #commits: GroupCommit

  constructor(database: DatabaseSync, limits: MailboxLimits, log: Log) {
    this.#commits = new GroupCommit(database, log)
    this.accounts = sqliteAccounts(database, this.#commits)
    this.mailboxes = sqliteMailboxes(database, this.#commits, limits)
    this.groups = sqliteGroups(database, this.#commits)
  }

  async close(): Promise<void> {
    this.#commits.close()
  }
}
