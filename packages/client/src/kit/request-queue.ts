import { ChatError } from '../chat-error.ts'
import type { Clock } from '../clock.ts'
import { Queue } from './queue.ts'

/** How long a server may take to reply. */
const replyMs = 15_000

/** What a frame is to a request: its reply, a refusal, or nothing (undefined). */
export type ReadReply<In, T> = (frame: In) => T | ChatError | undefined

interface Request<In> {
  take(frame: In): boolean
  fail(error: ChatError): void
}

/**
 * The requests of one connection that wait for their replies, in the order in which they were made.
 * A frame that the first of them does not take is offered to the next one.
 *
 * Where replies do not say what they reply to, a request has to be alone: `inTurn` runs one
 * exchange at a time.
 */
export class RequestQueue<In> {
  readonly #clock: Clock
  readonly #turns = new Queue()
  #waiting: readonly Request<In>[] = []
  #closed: ChatError | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * Runs when every exchange that came before has ended. What it requests comes one behind the
   * other.
   */
  inTurn<T>(exchange: () => Promise<T>): Promise<T> {
    return this.#turns.run(exchange)
  }

  /** Resolves when every exchange that came so far has ended, well or not. */
  idle(): Promise<void> {
    return this.#turns.idle()
  }

  /**
   * Waits for the reply: the first frame that `read` makes something of other than undefined. A
   * ChatError that it returns rejects. `send` is called once the request has its place. Rejects
   * with `timeout` when no reply comes in time, and with what `close` was given when the connection
   * ends.
   */
  add<T>(read: ReadReply<In, T>, send: () => void, ms: number = replyMs): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(this.#closed)
      const cancel = this.#clock.after(ms, () => {
        this.#drop(request)
        reject(new ChatError('timeout', 'the server did not answer in time'))
      })
      const request: Request<In> = {
        take: (frame) => {
          const reply = read(frame)
          if (reply === undefined) return false
          cancel()
          if (reply instanceof ChatError) reject(reply)
          else resolve(reply)
          return true
        },
        fail: (error) => {
          cancel()
          reject(error)
        },
      }
      this.#waiting = [...this.#waiting, request]
      send()
    })
  }

  /** False: it replies to nothing that was requested. */
  take(frame: In): boolean {
    const taker = this.#waiting.find((request) => request.take(frame))
    if (taker) this.#drop(taker)
    return taker !== undefined
  }

  /** The connection has ended: nothing is replied to any more. */
  close(error: ChatError): void {
    this.#closed = error
    const waiting = this.#waiting
    this.#waiting = []
    for (const request of waiting) request.fail(error)
  }

  #drop(request: Request<In>): void {
    this.#waiting = this.#waiting.filter((each) => each !== request)
  }
}
