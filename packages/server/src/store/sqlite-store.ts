import type {
  ConversationKey,
  DurableState,
  HistoryPosition,
  HistorySearch,
  NameKey,
  Reader,
  Result,
  Store,
  StoredMessage,
  Write,
} from '@parley/core'
import type { Logger } from '../logger.ts'
import { openDatabase, reopenDatabase } from './database.ts'
import { LocalDatabase } from './local-database.ts'
import type { Opened } from './problems.ts'
import type { Database, Reply, ReplyTo, Request } from './requests.ts'
import { Transactions } from './transactions.ts'
import { WorkerDatabase } from './worker-database.ts'

interface Waiting {
  readonly request: Request
  readonly resolve: (reply: Reply) => void
}

/**
 * The store of a data directory, which is made where there is none. Whoever opens it holds the
 * directory's lock (`lockDataDirectory`). Commits wait for the disk in a thread of their own, which
 * is started for the first of them, so that the event loop never does.
 */
export function openSqliteStore(directory: string, logger: Logger): Opened<Store> {
  const transactions = openTransactions(directory)
  if (!transactions.ok) return transactions
  return { ok: true, value: new SqliteStore(new WorkerDatabase(directory, transactions.value, logger), logger) }
}

/** The same without a thread: for a command that does one thing and ends. */
export function openLocalSqliteStore(directory: string, logger: Logger): Opened<Store> {
  const transactions = openTransactions(directory)
  if (!transactions.ok) return transactions
  return { ok: true, value: new SqliteStore(new LocalDatabase(transactions.value), logger) }
}

function openTransactions(directory: string): Opened<Transactions> {
  const database = openDatabase(directory)
  if (!database.ok) return database
  return { ok: true, value: new Transactions(() => reopenDatabase(directory), database.value) }
}

/**
 * Lines up what is asked for. While one batch is on its way to the disk the next one grows, so that
 * commits share one transaction and one wait for the disk, the more the busier it is.
 */
export class SqliteStore implements Store {
  readonly #database: Database
  readonly #logger: Logger
  #waiting: Waiting[] = []
  #working: Promise<void> | null = null
  #closed: Promise<void> | null = null
  #failing = false

  constructor(database: Database, logger: Logger) {
    this.#database = database
    this.#logger = logger
  }

  load(reserve = 0): Promise<Result<DurableState, 'unavailable'>> {
    return this.#ask({ ask: 'load', reserve })
  }

  commit(writes: readonly Write[], seq: number, at: number): Promise<Result<void, 'unavailable'>> {
    return this.#ask({ ask: 'commit', writes, seq, at })
  }

  messages(of: NameKey, after: number, limit: number): Promise<Result<readonly StoredMessage[], 'unavailable'>> {
    return this.#ask({ ask: 'messages', of, after, limit })
  }

  backup(of: NameKey): Promise<Result<string | null, 'unavailable'>> {
    return this.#ask({ ask: 'backup', of })
  }

  history(reader: Reader, of: ConversationKey, at: HistoryPosition, limit: number) {
    return this.#ask({ ask: 'history', with: [reader, of, at, limit] })
  }

  since(reader: Reader, after: number, limit: number) {
    return this.#ask({ ask: 'since', with: [reader, after, limit] })
  }

  search(reader: Reader, search: HistorySearch) {
    return this.#ask({ ask: 'search', with: [reader, search] })
  }

  conversations(reader: Reader) {
    return this.#ask({ ask: 'conversations', with: [reader] })
  }

  export(reader: Reader, after: number, limit: number) {
    return this.#ask({ ask: 'export', with: [reader, after, limit] })
  }

  message(reader: Reader, seq: number) {
    return this.#ask({ ask: 'message', with: [reader, seq] })
  }

  unkept(of: NameKey, after: number, limit: number) {
    return this.#ask({ ask: 'unkept', with: [of, after, limit] })
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#finish())
  }

  #ask<R extends Request>(request: R): Promise<ReplyTo<R['ask']>> {
    if (this.#closed) return Promise.resolve({ ok: false, fail: 'unavailable' })
    return new Promise((resolve) => {
      this.#waiting.push({ request, resolve: resolve as Waiting['resolve'] })
      this.#working ??= this.#work()
    })
  }

  async #work(): Promise<void> {
    // What else is asked for in this turn of the event loop comes along.
    await new Promise(setImmediate)
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      const { replies, failure } = await this.#database.carryOut(batch.map(({ request }) => request))
      this.#report(failure, batch)
      for (const [at, { resolve }] of batch.entries()) resolve(replies[at]!)
    }
    this.#working = null
  }

  /** Once for all that fails in a row. */
  #report(failure: Error | null, batch: readonly Waiting[]): void {
    if (failure && !this.#failing) {
      this.#logger.error(
        { error: failure },
        'The store cannot be written or read; what needs it is refused until it works',
      )
      this.#failing = true
    } else if (!failure && this.#failing && batch.some(({ request }) => request.ask === 'commit')) {
      this.#logger.info({}, 'The store works again')
      this.#failing = false
    }
  }

  async #finish(): Promise<void> {
    await this.#working
    await this.#database.close()
  }
}
