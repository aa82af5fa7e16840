import { accessSync, closeSync, constants, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { makeDirectory } from './make-directory.ts'
import { directoryInUse, directoryUnusable, type Holder, type Opened } from './problems.ts'

/** Long enough for two servers that start at the same moment to sort out who is first. */
const lockTimeoutMs = 100

/**
 * Without somebody to hold it, a lock would be collected as garbage, and its file closed and free
 * again.
 */
const held = new Set<DirectoryLock>()

/** A data directory that is ours until `release`, or until the process ends in whatever way. */
export interface DirectoryLock {
  release(): void
}

/**
 * Makes the directory, for this user alone, where there is none; tells why when it cannot be read
 * and written.
 */
export function prepareDataDirectory(directory: string): Opened<void> {
  try {
    makeDirectory(directory)
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK)
    return { ok: true, value: undefined }
  } catch (error) {
    return directoryUnusable(directory, error)
  }
}

/**
 * Creates the file, for this user alone, where there is none. A file that exists is not even
 * opened: closing any descriptor of a file drops all locks that this process holds on it, those of
 * SQLite included.
 */
export function createPrivateFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}

/**
 * A data directory belongs to one running server. The lock is the kernel's, held by an open
 * transaction on `server.lock`, so it cannot outlive its process; `server.json` only tells the next
 * one who is in the way.
 */
export function lockDataDirectory(directory: string): Opened<DirectoryLock> {
  const prepared = prepareDataDirectory(directory)
  if (!prepared.ok) return prepared
  const notice = join(directory, 'server.json')
  let file: DatabaseSync | undefined
  try {
    const path = join(directory, 'server.lock')
    createPrivateFile(path)
    file = new DatabaseSync(path, { timeout: lockTimeoutMs })
    file.exec('BEGIN EXCLUSIVE')
    // A server that was killed leaves its notice behind; without it the new one gets the mode that
    // is asked for.
    rmSync(notice, { force: true })
    writeFileSync(notice, `${JSON.stringify(ourselves())}\n`, { mode: 0o600 })
  } catch (error) {
    file?.close()
    return isBusy(error) ? directoryInUse(directory, readHolder(notice)) : directoryUnusable(directory, error)
  }
  const lock = new HeldDirectory(file, notice)
  held.add(lock)
  return { ok: true, value: lock }
}

class HeldDirectory implements DirectoryLock {
  readonly #file: DatabaseSync
  readonly #notice: string

  constructor(file: DatabaseSync, notice: string) {
    this.#file = file
    this.#notice = notice
  }

  release(): void {
    if (!held.delete(this)) return
    try {
      rmSync(this.#notice, { force: true })
    } catch {
      // The notice is only a courtesy; the lock below is what counts.
    }
    this.#file.close()
  }
}

function ourselves(): Holder {
  return { pid: process.pid, host: hostname(), startedAt: new Date().toISOString() }
}

function readHolder(notice: string): Holder | null {
  try {
    const said: unknown = JSON.parse(readFileSync(notice, 'utf8'))
    return isHolder(said) ? said : null
  } catch {
    return null
  }
}

function isHolder(said: unknown): said is Holder {
  if (typeof said !== 'object' || said === null) return false
  const { pid, host, startedAt }: { pid?: unknown; host?: unknown; startedAt?: unknown } = said
  return typeof pid === 'number' && typeof host === 'string' && typeof startedAt === 'string'
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 5
}
