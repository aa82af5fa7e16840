import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { createPrivateFile, prepareDataDirectory } from './data-directory.ts'
import { connect, databaseFile, identityOf } from './database.ts'
import { isBusy, isDamage } from './failures.ts'
import { databaseUnusable, directoryInUse, type Holder, type Opened } from './problems.ts'

/** Long enough for two servers that start at the same moment to sort out who is first. */
const lockTimeoutMs = 100

/**
 * The databases that this process holds. The system's lock does not keep a process from itself.
 */
const held = new Map<string, DirectoryLock>()

/** A data directory that is ours until `release`, or until the process ends in whatever way. */
export interface DirectoryLock {
  release(): void
}

/**
 * A data directory belongs to one running server. The lock is the kernel's, and on the database
 * itself: it cannot outlive its process, and there is no other file whose removal lets somebody
 * in. `server.json` only tells the next one who is in the way.
 */
export function lockDataDirectory(directory: string): Opened<DirectoryLock> {
  const prepared = prepareDataDirectory(directory)
  if (!prepared.ok) return prepared
  const notice = join(directory, 'server.json')
  const path = databaseFile(directory)
  let file: DatabaseSync | undefined
  try {
    createPrivateFile(path)
    const identity = identityOf(path)!
    if (held.has(identity)) return directoryInUse(directory, readHolder(notice))
    file = connect(path, lockTimeoutMs)
    takeLock(file)
    const lock = new HeldDirectory(file, identity, notice)
    held.set(identity, lock)
    return { ok: true, value: lock }
  } catch (error) {
    file?.close()
    return isBusy(error) ? directoryInUse(directory, readHolder(notice)) : databaseUnusable(path, error)
  }
}

/** From its first look at the file on, the connection keeps other processes out until it is closed. */
function takeLock(file: DatabaseSync): void {
  try {
    file.exec('PRAGMA schema_version')
  } catch (error) {
    // The lock is ours all the same. Whoever opens the database next says what is wrong with it.
    if (!isDamage(error)) throw error
  }
}

class HeldDirectory implements DirectoryLock {
  readonly #file: DatabaseSync
  readonly #identity: string
  readonly #notice: string

  constructor(file: DatabaseSync, identity: string, notice: string) {
    this.#file = file
    this.#identity = identity
    this.#notice = notice
    try {
      // A server that was killed leaves its notice behind; without it the new one gets the mode
      // that is asked for.
      rmSync(notice, { force: true })
      writeFileSync(notice, `${JSON.stringify(ourselves())}\n`, { mode: 0o600 })
    } catch {
      // The notice is only a courtesy, and the disk may be full.
    }
  }

  release(): void {
    if (held.get(this.#identity) !== this) return
    held.delete(this.#identity)
    try {
      rmSync(this.#notice, { force: true })
    } catch {
      // The next one finds a notice of a server that is gone, which holds no lock.
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
