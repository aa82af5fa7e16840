import assert from 'node:assert/strict'
import { parentPort, Worker } from 'node:worker_threads'

interface Task {
  readonly id: number
  readonly task: unknown
}

interface Done {
  readonly id: number
  /** Absent: it went well. */
  readonly error?: Error
}

/**
 * A thread that carries out tasks of tests. The test runner follows every promise of its own thread,
 * which takes nearly half of the time of whoever runs thousands of conversations there.
 */
export class TestThread {
  readonly #worker: Worker
  readonly #pending = new Map<number, PromiseWithResolvers<void>>()
  #last = 0
  #over: Error | null = null

  /** `file` calls `carryOut`. */
  constructor(file: URL) {
    this.#worker = new Worker(file)
    this.#worker.on('message', ({ id, error }: Done) => {
      const task = this.#pending.get(id)
      this.#pending.delete(id)
      if (error === undefined) task?.resolve()
      else task?.reject(error)
    })
    this.#worker.on('error', (error) => this.#end(asError(error)))
    this.#worker.on('exit', () => this.#end(new Error('the thread has ended')))
    this.#worker.unref()
  }

  /** Rejects with what the task threw. */
  async run(task: unknown): Promise<void> {
    if (this.#over) throw this.#over
    const id = ++this.#last
    const done = Promise.withResolvers<void>()
    this.#pending.set(id, done)
    // While there is something to wait for, it keeps the process up.
    this.#worker.ref()
    this.#worker.postMessage({ id, task } satisfies Task)
    await done.promise.finally(() => this.#pending.size === 0 && this.#worker.unref())
  }

  #end(error: Error): void {
    this.#over ??= error
    for (const { reject } of this.#pending.values()) reject(error)
    this.#pending.clear()
  }
}

/** Makes this thread carry out what `TestThread` gives it. */
export function carryOut(perform: (task: never) => Promise<void>): void {
  const port = parentPort
  assert.ok(port)
  port.on('message', ({ id, task }: Task) => {
    perform(task as never).then(
      () => port.postMessage({ id } satisfies Done),
      (error: unknown) => port.postMessage({ id, error: asError(error) } satisfies Done),
    )
  })
}

/** What has a class of its own does not pass between threads as a whole. */
function asError(thrown: unknown): Error {
  if (!(thrown instanceof Error)) return new Error(String(thrown))
  const error = new Error(thrown.message)
  if (thrown.stack !== undefined) error.stack = thrown.stack
  return error
}
