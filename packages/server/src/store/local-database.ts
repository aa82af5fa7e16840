import type { Database, Replies, Request } from './requests.ts'
import type { Transactions } from './transactions.ts'

/** A database in this thread, which waits for the disk. */
export class LocalDatabase implements Database {
  readonly #transactions: Transactions

  constructor(transactions: Transactions) {
    this.#transactions = transactions
  }

  async carryOut(requests: readonly Request[]): Promise<Replies> {
    return this.#transactions.carryOut(requests)
  }

  async close(): Promise<void> {
    this.#transactions.close()
  }
}
