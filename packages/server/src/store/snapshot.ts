import { fail, ok, type Result } from '@parley/core'
import { readdirSync, rmSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { backup } from 'node:sqlite'
import { createPrivateFile } from './data-directory.ts'
import { connect, databaseFile } from './database.ts'

/** How long the connection of a snapshot waits for others of this process. */
const timeoutMs = 5_000
const namePattern = /^snapshot-[0-9a-f-]+\.db$/
/** All pages in one step: in several, whatever is written between them would begin it anew. */
const allPages = 2 ** 31 - 1

export type SnapshotFailure = 'no-room' | 'unavailable'

/**
 * Copies the database of a directory that this process holds to a file beside it, as it is at one
 * moment, while others read and write. Returns the path of the copy, which is the caller's to
 * remove.
 */
export async function takeSnapshot(directory: string): Promise<Result<string, SnapshotFailure>> {
  const { bavail, bsize } = statfsSync(directory)
  if (bavail * bsize < sizeOf(databaseFile(directory)) + sizeOf(`${databaseFile(directory)}-wal`))
    return fail('no-room')
  const file = join(directory, `snapshot-${crypto.randomUUID()}.db`)
  const source = connect(databaseFile(directory), timeoutMs)
  try {
    createPrivateFile(file)
    await backup(source, file, { rate: allPages })
    return ok(file)
  } catch {
    rmSync(file, { force: true })
    return fail('unavailable')
  } finally {
    source.close()
  }
}

/** Those that nobody fetched. */
export function removeSnapshots(directory: string): void {
  for (const name of readdirSync(directory)) if (namePattern.test(name)) rmSync(join(directory, name), { force: true })
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
