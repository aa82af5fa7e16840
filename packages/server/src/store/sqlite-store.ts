import {
  makesRoom,
  type ConversationKey,
  type DurableState,
  type HistoryPosition,
  type HistorySearch,
  type NameKey,
  type Reader,
  type Result,
  type Store,
  type StoredMessage,
  type Write,
} from '@parley/core'
import type { Logger } from '../logger.ts'
import { checkDatabase } from './check.ts'
import { databaseFile, identityOf, openDatabase } from './database.ts'
import { placeOf, type KnownDatabase } from './known-database.ts'
import { LocalDatabase } from './local-database.ts'
import { databaseDamaged, type Opened } from './problems.ts'
import type { DamagedRow, Database, Failure, Reply, ReplyTo, Request } from './requests.ts'
import { Transactions } from './transactions.ts'
import { WorkerDatabase } from './worker-database.ts'

interface Waiting {
  readonly request: Request
  readonly resolve: (reply: Reply) => void
}

/**
 * The store of a data directory, which is made where there is none. Whoever opens it holds the
 * directory's lock (`lockDataDirectory`). All of it is checked, but for the rows of history, of which
 * there may be millions: those are checked when they are read, and by `checkHistory`. Commits wait for the disk
 * in a thread of their own, which is started for the first of them, so that the event loop never
 * does. `reserveBytes`: room on the disk that is kept for the day when it is full.
 */
export function openSqliteStore(directory: string, logger: Logger, reserveBytes = 0): Opened<SqliteStore> {
  const opened = openDatabase(directory)
  if (!opened.ok) return opened
  const { structure, rows } = checkDatabase(opened.value, 'history')
  if (structure !== null) {
    opened.value.close()
    return databaseDamaged(databaseFile(directory), structure)
  }
  const isChecked = opened.value.prepare('SELECT 1 FROM history LIMIT 1').get() === undefined
  const known = knownDatabase(directory, reserveBytes)
  const here = new Transactions(placeOf(known), opened.value)
  const store = new SqliteStore(new WorkerDatabase(known, here, logger), logger, isChecked)
  store.reportDamage(rows)
  return { ok: true, value: store }
}

/** The same without a thread and a check: for a command that does one thing and ends. */
export function openLocalSqliteStore(directory: string, logger: Logger): Opened<Store> {
  const opened = openDatabase(directory)
  if (!opened.ok) return opened
  const transactions = new Transactions(placeOf(knownDatabase(directory, 0)), opened.value)
  return { ok: true, value: new SqliteStore(new LocalDatabase(transactions), logger) }
}

function knownDatabase(directory: string, reserveBytes: number): KnownDatabase {
  return { directory, identity: identityOf(databaseFile(directory))!, reserveBytes }
}

/**
 * Lines up what is asked for. While one batch is on its way to the disk the next one grows, so that
 * commits share one transaction and one wait for the disk, the more the busier it is.
 */
export class SqliteStore implements Store {
  readonly #database: Database
  readonly #logger: Logger
  readonly #isChecked: boolean
  #waiting: Waiting[] = []
  #working: Promise<void> | null = null
  #closed: Promise<void> | null = null
  #failing: Failure['why'] | null = null
  /** Those that were said. */
  readonly #damaged = new Set<string>()

  /** `isChecked`: nothing is left to `checkHistory`. */
  constructor(database: Database, logger: Logger, isChecked = true) {
    this.#isChecked = isChecked
    this.#database = database
    this.#logger = logger
  }

  load(reserve = 0): Promise<Result<DurableState, 'unavailable'>> {
    return this.#ask({ ask: 'load', reserve })
  }

  commit(writes: readonly Write[], seq: number, at: number): Promise<Result<void, 'unavailable' | 'full'>> {
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

  among(of: ConversationKey, seqs: readonly number[]) {
    return this.#ask({ ask: 'among', with: [of, seqs] })
  }

  unkept(of: NameKey, after: number, limit: number) {
    return this.#ask({ ask: 'unkept', with: [of, after, limit] })
  }

  /** Says once of each row that it is damaged, and how many are by now. */
  reportDamage(rows: readonly DamagedRow[]): void {
    const found = rows.filter(({ table, row }) => !this.#damaged.has(`${table} ${row}`))
    if (found.length === 0) return
    for (const { table, row } of found) this.#damaged.add(`${table} ${row}`)
    this.#logger.error({ rows: found.slice(0, shownRows), count: found.length, total: this.#damaged.size }, damagedRows)
  }

  /**
   * Looks at everything in history, a little at a time, and reports what is damaged. `pause` runs after
   * each piece. Resolves when nothing is left to look at, or the store is closed.
   */
  async checkHistory(pause: () => Promise<unknown>): Promise<void> {
    if (this.#isChecked) return
    for (let after: number | null = 0; after !== null; await pause()) {
      const checked: Result<number | null, 'unavailable'> = await this.#ask({
        ask: 'check-history',
        after,
        limit: rowsPerCheck,
      })
      if (!checked.ok) return
      after = checked.value
    }
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
      const { replies, failure, damaged } = await this.#database.carryOut(batch.map(({ request }) => request))
      this.#report(failure, batch)
      this.reportDamage(damaged)
      for (const [at, { resolve }] of batch.entries()) resolve(replies[at]!)
    }
    this.#working = null
  }

  /** Once for all that fails in a row. */
  #report(failure: Failure | null, batch: readonly Waiting[]): void {
    if (failure && failure.why !== this.#failing) {
      this.#logger.error({ problem: failure.message }, failures[failure.why])
      this.#failing = failure.why
    } else if (!failure && this.#failing !== null && batch.some(isWrite)) {
      this.#logger.info({}, 'The store works again')
      this.#failing = null
    }
  }

  async #finish(): Promise<void> {
    await this.#working
    await this.#database.close()
  }
}

/** A commit that a full disk would not take. */
function isWrite({ request }: Waiting): boolean {
  return request.ask === 'commit' && !makesRoom(request.writes)
}

/** Rows of history that are checked at a time: so long may a commit have to wait. */
const rowsPerCheck = 500

/** Rows that are named in one line of the log. */
const shownRows = 20

const failures = {
  full: 'The disk is full; what has to be remembered is refused, and messages are still handed out. Make room',
  damaged:
    'The database is damaged, and nothing more is written to it. Stop the server, keep a copy of its directory, and see what parley doctor says',
  moved:
    'The data directory was removed or replaced under the running server, and nothing more is written. Put it back, or stop the server',
  unusable: 'The store cannot be written or read; what needs it is refused until it works',
} satisfies Record<Failure['why'], string>

const damagedRows =
  'Rows of the database are not as they were written: messages are withheld and their readers told, accounts need a new password. See whether the disk is failing'
