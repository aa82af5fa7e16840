import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Logger } from '../logger.ts'
import type { KnownDatabase } from './known-database.ts'
import type { Database, Replies, Request } from './requests.ts'
import type { Transactions } from './transactions.ts'

/**
 * The worker does not inherit the compile cache, without which it starts in three times the time.
 */
const bootstrap = `
  const { workerData } = require('node:worker_threads')
  if (workerData.cache) require('node:module').enableCompileCache(workerData.cache)
  import(workerData.script)`

/**
 * A database in a thread of its own. What is loaded before anything else is asked for is loaded in
 * this thread, so that a server whom nobody gives anything to remember never pays for another one.
 */
export class WorkerDatabase implements Database {
  readonly #known: KnownDatabase
  readonly #logger: Logger
  readonly #script: URL
  /** Null once the worker has the database. */
  #here: Transactions | null
  #worker: Worker | null = null
  #ended: Promise<void> = Promise.resolve()
  #reply: (replies: Replies) => void = () => {}
  #requests: readonly Request[] = []
  #closing = false

  /** `here`: the database as this thread has it open. `script`: for tests. */
  constructor(
    known: KnownDatabase,
    here: Transactions,
    logger: Logger,
    script = new URL('./store-worker.ts', import.meta.url),
  ) {
    this.#known = known
    this.#here = here
    this.#logger = logger
    this.#script = script
  }

  async carryOut(requests: readonly Request[]): Promise<Replies> {
    if (this.#here && requests.every(({ ask }) => ask === 'load')) return this.#here.carryOut(requests)
    const started = this.#worker ?? this.#tryStart()
    if ('failure' in started) return unavailable(requests, started.failure.message)
    const worker = (this.#worker = started)
    this.#here?.close()
    this.#here = null
    // Only while something is on its way does the thread keep the process alive.
    worker.ref()
    const replies = await new Promise<Replies>((resolve) => {
      this.#reply = resolve
      this.#requests = requests
      worker.postMessage(requests)
    })
    worker.unref()
    return replies
  }

  async close(): Promise<void> {
    this.#here?.close()
    this.#here = null
    this.#closing = true
    this.#worker?.ref()
    this.#worker?.postMessage(null)
    await this.#ended
  }

  /** There may be no thread left to start, or no memory for one. The next request tries again. */
  #tryStart(): Worker | { readonly failure: Error } {
    try {
      return this.#start()
    } catch (error) {
      return { failure: error instanceof Error ? error : new Error(String(error)) }
    }
  }

  #start(): Worker {
    const cache = getCompileCacheDir()
    const workerData = {
      known: this.#known,
      script: this.#script.href,
      cache: cache === undefined ? null : dirname(cache),
    }
    const worker = new Worker(bootstrap, { eval: true, workerData, execArgv: [], name: 'store' })
    let failure: Error | null = null
    worker.on('message', (replies: Replies) => this.#reply(replies))
    worker.on('error', (error) => (failure = error instanceof Error ? error : new Error(String(error))))
    this.#ended = new Promise((resolve) => {
      worker.on('exit', (code) => {
        this.#worker = null
        if (!this.#closing) this.#died(failure ?? new Error(`The thread ended with ${code}`))
        resolve()
      })
    })
    return worker
  }

  #died(failure: Error): void {
    this.#logger.error(
      { error: failure },
      'The thread of the store has ended; it is started again for the next request',
    )
    this.#reply(unavailable(this.#requests, failure.message))
  }
}

function unavailable(requests: readonly Request[], message: string): Replies {
  const replies = requests.map(() => ({ ok: false, fail: 'unavailable' }) as const)
  return { replies, failure: { why: 'unusable', message }, damaged: [] }
}
