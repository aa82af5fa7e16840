import { makesRoom } from '@parley/core'
import type { DatabaseSync } from 'node:sqlite'
import { failureOf, isConstraint, MovedError } from './failures.ts'
import type { DamagedRow, Failure, Replies, Reply, Request } from './requests.ts'
import type { Reserve } from './reserve.ts'
import { Tables } from './tables.ts'

/** What a database is opened with, where it is needed. */
export interface DatabasePlace {
  /** Throws where it cannot be opened. */
  open(): DatabaseSync
  /** Whether its files are where they were. Asked after each commit. */
  isInPlace(): boolean
  readonly reserve: Reserve
}

interface Opened {
  readonly database: DatabaseSync
  readonly tables: Tables
}

/**
 * Carries out batches on a database that it opens when it needs it. Synchronous, and never throws.
 */
export class Transactions {
  readonly #place: DatabasePlace
  #opened: Opened | null = null
  /** Nothing more is written: it could make the damage worse. */
  #damage: Failure | null = null
  #isFull = false
  #damagedRows: DamagedRow[] = []
  readonly #note = (row: DamagedRow) => void this.#damagedRows.push(row)

  /** `opened`: where it is open already. */
  constructor(place: DatabasePlace, opened?: DatabaseSync) {
    this.#place = place
    if (opened) this.#opened = { database: opened, tables: new Tables(opened, this.#note) }
  }

  /**
   * A batch with commits is one transaction, in which every read has its place. Where it fails
   * nothing has changed, none of its commits was carried out, and its reads are carried out by
   * themselves.
   */
  carryOut(requests: readonly Request[]): Replies {
    this.#damagedRows = []
    const { replies, failure } = this.#carryOut(requests)
    return { replies, failure: failure ?? this.#damage, damaged: this.#damagedRows }
  }

  close(): void {
    const opened = this.#opened
    this.#opened = null
    try {
      opened?.database.close()
    } catch {
      // Whatever is not in the database file yet is in the write-ahead log, and found there when it
      // is opened again.
    }
  }

  #carryOut(requests: readonly Request[]): Omit<Replies, 'damaged'> {
    let failure: Failure | null = null
    if (requests.some(isCommit)) {
      const committed = this.#commit(requests)
      if (!('why' in committed)) return { replies: committed, failure }
      failure = committed
    }
    const refused: Reply = { ok: false, fail: failure?.why === 'full' ? 'full' : 'unavailable' }
    const replies = requests.map((request) => {
      if (request.ask === 'commit') return refused
      try {
        return this.#read(request)
      } catch (error) {
        failure ??= this.#failed(error)
        return { ok: false, fail: 'unavailable' } as const
      }
    })
    return { replies, failure }
  }

  #commit(requests: readonly Request[]): readonly Reply[] | Failure {
    if (this.#damage) return this.#damage
    if (this.#isFull && !requests.every(isRemoval) && !this.#place.reserve.retake()) return stillFull
    try {
      if (!this.#isFull) this.#place.reserve.hold()
      const replies = this.#transact(requests)
      this.#isFull &&= requests.every(isRemoval)
      return replies
    } catch (error) {
      return this.#failed(error)
    }
  }

  #transact(requests: readonly Request[]): readonly Reply[] {
    const { database, tables } = this.#usable()
    database.exec('BEGIN IMMEDIATE')
    const replies = requests.map((request): Reply => {
      if (request.ask !== 'commit') return this.#reply(request)
      return { ok: true, value: tables.write(request.writes, request.seq, request.at) }
    })
    database.exec('COMMIT')
    // Whoever removed the files meanwhile removed this with them.
    if (!this.#place.isInPlace()) throw new MovedError('The database')
    return replies
  }

  /** Around what cannot be read, as far as there is a way. */
  #read(request: Exclude<Request, { ask: 'commit' }>): Reply {
    try {
      return this.#reply(request)
    } catch (error) {
      if (request.ask !== 'messages' && request.ask !== 'unkept') throw error
      const failure = this.#failed(error)
      if (failure.why !== 'damaged') throw error
      const { storedMessages } = this.#usable().tables
      if (request.ask === 'unkept') return { ok: true, value: storedMessages.readableUnkept(...request.with) }
      return { ok: true, value: storedMessages.readable(request.of, request.after, request.limit) }
    }
  }

  #reply(request: Exclude<Request, { ask: 'commit' }>): Reply {
    const { tables } = this.#usable()
    if (request.ask === 'unkept') return { ok: true, value: tables.storedMessages.unkept(...request.with) }
    if ('with' in request) {
      const read = tables.history[request.ask] as (...given: readonly unknown[]) => never
      return { ok: true, value: read.apply(tables.history, [...request.with]) }
    }
    switch (request.ask) {
      case 'load':
        return { ok: true, value: { ...tables.load(), free: this.#reserveNumbers(tables, request.reserve) } }
      case 'messages':
        return { ok: true, value: tables.storedMessages.messages(request.of, request.after, request.limit) }
      case 'backup':
        return tables.backup(request.of)
      case 'check-history':
        return { ok: true, value: tables.history.check(request.after, request.limit) }
    }
  }

  /** A disk that is full takes no reservation, and everything else can be loaded all the same. */
  #reserveNumbers(tables: Tables, count: number): number {
    if (this.#damage || this.#isFull) return 0
    try {
      if (count > 0) tables.reserve(count)
      return count
    } catch {
      return 0
    }
  }

  #usable(): Opened {
    if (!this.#opened) {
      const database = this.#place.open()
      this.#opened = { database, tables: new Tables(database, this.#note) }
    }
    return this.#opened
  }

  /**
   * A disk that is back is not always seen by a database that was open meanwhile, so that one is
   * closed.
   */
  #failed(error: unknown): Failure {
    try {
      // A full disk ends the transaction by itself.
      if (this.#opened?.database.isTransaction) this.#opened.database.exec('ROLLBACK')
      if (!isConstraint(error)) this.close()
    } catch {
      this.close()
    }
    const failure = failureOf(error)
    if (failure.why === 'damaged') this.#damage = failure
    if (failure.why === 'full') {
      this.#isFull = true
      this.#place.reserve.release()
    }
    return failure
  }
}

const stillFull: Failure = { why: 'full', message: 'the disk is as full as before' }

function isCommit({ ask }: Request): boolean {
  return ask === 'commit'
}

/** Reads, and commits that make room. */
function isRemoval(request: Request): boolean {
  if (request.ask !== 'commit') return true
  return makesRoom(request.writes)
}
