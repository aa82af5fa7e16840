import { Community, type CommunitySettings } from '@parley/core'
import { renameSync, rmSync } from 'node:fs'
import { silentLogger } from '../logger.ts'
import { checkDatabase } from '../store/check.ts'
import { createPrivateFile } from '../store/data-directory.ts'
import { connect, databaseFile } from '../store/database.ts'
import { migrate } from '../store/schema.ts'
import { openLocalSqliteStore } from '../store/sqlite-store.ts'
import type { LogState } from './cluster-log.ts'

type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string }

/** What a data directory has, to begin with. */
export interface OwnData {
  /** Nobody has ever used it. */
  readonly isEmpty: boolean
  /** The number of the last entry whose writes are in. */
  readonly seq: number
  /** As the first state of a cluster. */
  readonly state: LogState
}

/** Of a directory that this process holds. */
export async function readOwnData(directory: string, settings: CommunitySettings): Promise<Read<OwnData>> {
  const opened = openLocalSqliteStore(directory, silentLogger)
  if (!opened.ok) return { ok: false, message: opened.problem.message }
  const store = opened.value
  const loaded = await store.load()
  await store.close()
  if (!loaded.ok) return { ok: false, message: `The data in ${directory} cannot be read. See whether its disk works.` }
  const { seq, at, reserved, accounts, groups, hasHistory, hooks, moderation } = loaded.value
  const isEmpty = accounts.length + groups.length + hooks.length + moderation.audit.length === 0 && !hasHistory
  const community = new Community(settings)
  community.load({ ...loaded.value, messages: [...loaded.value.messages] })
  const state = { base: Math.max(seq, reserved), position: 0, time: { at, stamp: 0 }, community: community.save() }
  return { ok: true, value: { isEmpty, seq, state } }
}

/** Where a copy goes that is to take the place of the database. */
export function copyFile(directory: string): string {
  const file = `${databaseFile(directory)}.joined`
  removeCopy(file)
  createPrivateFile(file)
  return file
}

/** The copy is checked, and takes its place in one step. Returns what is wrong with it, or null. */
export function takeCopy(directory: string): string | null {
  const target = databaseFile(directory)
  const copy = `${target}.joined`
  const database = connect(copy, 1_000)
  try {
    const migrated = migrate(database)
    if (!migrated.ok) return migrated.problem.message
    const { structure } = checkDatabase(database)
    if (structure !== null) return structure
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } finally {
    database.close()
  }
  for (const beside of ['-wal', '-shm']) rmSync(`${target}${beside}`, { force: true })
  renameSync(copy, target)
  removeCopy(copy)
  return null
}

function removeCopy(file: string): void {
  for (const beside of ['', '-wal', '-shm']) rmSync(`${file}${beside}`, { force: true })
}
