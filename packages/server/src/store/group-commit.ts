import { fail, ok, type Result, type StoreFailure } from '@parley/core'
import type { DatabaseSync } from 'node:sqlite'
import type { Log } from '../log.ts'
import { isDiskFailure } from './disk-failure.ts'

interface Queued {
  /** Inside the transaction. */
  run(): void
  committed(): void
  rolledBack(): void
  /** A bug in one of the transaction's calls. */
  broken(error: unknown): void
}

/**
 * Changes that are asked for in one turn of the event loop share one transaction, and with it one wait for the disk
 * . Each decides in the order of asking and sees those before it; all of them answer once it is committed, or all
 * answer `store-unavailable` and nothing was changed.
 */
export class GroupCommit {
  readonly #database: DatabaseSync
  readonly #log: Log
  #queue: Queued[] = []
  #turn: NodeJS.Immediate | null = null
  #closed = false

  constructor(database: DatabaseSync, log: Log) {
    this.#database = database
    this.#log = log
  }

  change<T, F extends string>(decide: () => Result<T, F>): Promise<Result<T, F | StoreFailure>> {
    if (this.#closed) return Promise.resolve(fail('store-unavailable'))
    return new Promise((resolve, reject) => {
      let answer: Result<T, F | StoreFailure> = fail('store-unavailable')
      this.#enqueue({
        run: () => (answer = decide()),
        committed: () => resolve(answer),
        rolledBack: () => resolve(fail('store-unavailable')),
        broken: reject,
      })
    })
  }

  /** At once; behind changes that are still queued it takes its turn, so that it sees those and no later ones. */
  read<T>(query: () => T): Promise<Result<T, StoreFailure>> {
    if (this.#queue.length === 0) return this.#ask(query)
    return new Promise((resolve, reject) => {
      let answer: Result<T, StoreFailure> = fail('store-unavailable')
      this.#enqueue({
        run: () => (answer = ok(query())),
        committed: () => resolve(answer),
        rolledBack: () => resolve(this.#ask(query)),
        broken: reject,
      })
    })
  }

  /** Commits what is queued; from then on everything answers `store-unavailable`. */
  close(): void {
    if (this.#closed) return
    this.#commit()
    this.#closed = true
    this.#database.close()
  }

  #enqueue(queued: Queued): void {
    this.#queue.push(queued)
    this.#turn ??= setImmediate(() => this.#commit())
  }

  #commit(): void {
    if (this.#turn) clearImmediate(this.#turn)
    this.#turn = null
    const queue = this.#queue
    this.#queue = []
    if (queue.length === 0) return
    try {
      this.#transact(queue)
    } catch (error) {
      if (!isDiskFailure(error)) return queue.forEach((queued) => queued.broken(error))
      this.#log.error({ err: error, calls: queue.length }, 'The store cannot write; nothing was changed')
      return queue.forEach((queued) => queued.rolledBack())
    }
    for (const queued of queue) queued.committed()
  }

  #transact(queue: readonly Queued[]): void {
    try {
      this.#database.exec('BEGIN IMMEDIATE')
      for (const queued of queue) queued.run()
      this.#database.exec('COMMIT')
    } catch (error) {
      // A full disk ends the transaction by itself.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }

  async #ask<T>(query: () => T): Promise<Result<T, StoreFailure>> {
    if (this.#closed) return fail('store-unavailable')
    try {
      return ok(query())
    } catch (error) {
      if (!isDiskFailure(error)) throw error
      this.#log.error({ err: error }, 'The store cannot read')
      return fail('store-unavailable')
    }
  }
}
