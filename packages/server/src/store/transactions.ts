import type { DatabaseSync } from 'node:sqlite'
import type { Replies, Reply, Request } from './requests.ts'
import { Tables } from './tables.ts'

const unavailable: Reply = { ok: false, fail: 'unavailable' }

/** Result code of SQLite for a write that finds nothing to build on. The database is all right. */
const constraint = 19

/**
 * Carries out batches on a database that it opens when it needs it. Synchronous, and never throws.
 */
export class Transactions {
  readonly #open: () => DatabaseSync
  #opened: { readonly database: DatabaseSync; readonly tables: Tables } | null = null

  /** `open` throws where the database cannot be opened. `opened`: where it is open already. */
  constructor(open: () => DatabaseSync, opened?: DatabaseSync) {
    this.#open = open
    if (opened) this.#opened = { database: opened, tables: new Tables(opened) }
  }

  /**
   * A batch with commits is one transaction, in which every read has its place. Where it fails
   * nothing has changed, its commits are `unavailable`, and its reads are carried out by
   * themselves.
   */
  carryOut(requests: readonly Request[]): Replies {
    let failure: Error | null = null
    if (requests.some(isCommit)) {
      try {
        return { replies: this.#transact(requests), failure }
      } catch (error) {
        failure = this.#failed(error)
      }
    }
    const replies = requests.map((request) => {
      if (isCommit(request)) return unavailable
      try {
        return this.#reply(request)
      } catch (error) {
        failure ??= this.#failed(error)
        return unavailable
      }
    })
    return { replies, failure }
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

  #transact(requests: readonly Request[]): readonly Reply[] {
    const { database } = this.#usable()
    database.exec('BEGIN IMMEDIATE')
    const replies = requests.map((request) => this.#reply(request))
    database.exec('COMMIT')
    return replies
  }

  #reply(request: Request): Reply {
    const { tables } = this.#usable()
    if ('with' in request) {
      const read = tables.history[request.ask] as (...given: readonly unknown[]) => never
      return { ok: true, value: read.apply(tables.history, [...request.with]) }
    }
    switch (request.ask) {
      case 'load':
        return { ok: true, value: { ...tables.load(), free: this.#reserve(tables, request.reserve) } }
      case 'messages':
        return { ok: true, value: tables.messages(request.of, request.after, request.limit) }
      case 'backup':
        return { ok: true, value: tables.backup(request.of) }
      case 'commit':
        return { ok: true, value: tables.write(request.writes, request.seq, request.at) }
    }
  }

  /** A disk that is full takes no reservation, and everything else can be loaded all the same. */
  #reserve(tables: Tables, count: number): number {
    try {
      if (count > 0) tables.reserve(count)
      return count
    } catch {
      return 0
    }
  }

  #usable() {
    if (!this.#opened) {
      const database = this.#open()
      this.#opened = { database, tables: new Tables(database) }
    }
    return this.#opened
  }

  /**
   * A disk that is back is not always seen by a database that was open meanwhile, so that one is
   * closed.
   */
  #failed(error: unknown): Error {
    try {
      // A full disk ends the transaction by itself.
      if (this.#opened?.database.isTransaction) this.#opened.database.exec('ROLLBACK')
      if (!isConstraint(error)) this.close()
    } catch {
      this.close()
    }
    return error instanceof Error ? error : new Error(String(error))
  }
}

function isCommit({ ask }: Request): boolean {
  return ask === 'commit'
}

function isConstraint(error: unknown): boolean {
  // The low byte of an extended result code is its primary code.
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === constraint
}
