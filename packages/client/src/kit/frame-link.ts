import type { Decoded, Decoder, Notation } from '@parley/protocols'
import { ChatError } from '../chat.ts'
import { systemClock, type Clock } from '../clock.ts'
import type { Link } from '../link.ts'

/** How long a server may take to answer. */
const answerMs = 15_000
/** How long a server may take to hang up after a goodbye. */
const goodbyeMs = 2_000
/** Bytes that a server may leave unread: one that asks and asks and never reads is no company. */
const mostUnread = 16_777_216
/** Bytes that may wait to be shown as the rest of a line. */
const mostUnshown = 1_048_576
const none = new Uint8Array(0)

export interface FrameLinkOptions<In> {
  readonly decoder: Decoder<In>
  readonly notation: Notation
  /** Every frame that no request was waiting for. */
  heard(frame: In): void
  /** Bytes that are no frame: the server breaks its own protocol. */
  garbage(problem: 'too-long' | 'malformed'): void
  /** Once, when nothing more comes, whoever ended it. */
  ended(reason: string): void
  wire?: ((direction: 'sent' | 'received', line: string) => void) | undefined
  /** Default: the system's. */
  clock?: Clock | undefined
}

interface Expectation<In> {
  take(frame: In): boolean
  fail(error: ChatError): void
}

/**
 * A connection in frames, seen from the client. Requests wait for their answers in the order in which they were made; a frame that the first of them
 * does not take is offered to the next, and at last to `heard`.
 */
export class FrameLink<In> {
  readonly #link: Link
  readonly #options: FrameLinkOptions<In>
  readonly #clock: Clock
  #expectations: Expectation<In>[] = []
  #reason: string | undefined
  #over = false
  #unread = 0
  #cancelSilence: () => void = () => {}
  /** The beginning of a frame that `wire` has not been told of, each way. */
  readonly #unshown: Record<'sent' | 'received', Uint8Array> = { sent: none, received: none }
  readonly #finished = Promise.withResolvers<void>()

  constructor(link: Link, options: FrameLinkOptions<In>) {
    this.#link = link
    this.#options = options
    this.#clock = options.clock ?? systemClock
    void this.#read()
  }

  get over(): boolean {
    return this.#over
  }

  send(bytes: Uint8Array): void {
    if (this.#over) return
    this.#look('sent', bytes)
    this.#unread += bytes.length
    if (this.#unread > mostUnread) return this.destroy('the server does not read what it is sent')
    void this.#link.write(bytes).then(() => void (this.#unread -= bytes.length))
  }

  /**
   * Sends and waits for the answer: the first frame that `read` makes something of other than undefined. A ChatError that it returns rejects. Without
   * an answer in time, or when the connection ends, rejects with `timeout` or `closed`.
   */
  ask<T>(bytes: Uint8Array | null, read: (frame: In) => T | ChatError | undefined, ms: number = answerMs): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#over) return reject(this.#closed())
      const cancel = this.#clock.after(ms, () => {
        this.#drop(expectation)
        reject(new ChatError('timeout', 'the server did not answer in time'))
      })
      const expectation: Expectation<In> = {
        take: (frame) => {
          const answer = read(frame)
          if (answer === undefined) return false
          cancel()
          if (answer instanceof ChatError) reject(answer)
          else resolve(answer)
          return true
        },
        fail: (error) => {
          cancel()
          reject(error)
        },
      }
      this.#expectations.push(expectation)
      if (bytes) this.send(bytes)
    })
  }

  /** Ends our side in order; `reason` is what `ended` is told. */
  end(reason: string): void {
    this.#reason ??= reason
    this.#link.end()
  }

  /** Says `goodbye` and ends; resolves when the connection has ended, which is cut where the far side does not hang up within `ms`. */
  async quit(goodbye: Uint8Array, ms: number | undefined = goodbyeMs): Promise<void> {
    const reason = 'closed here'
    this.send(goodbye)
    this.end(reason)
    const cancel = this.#clock.after(ms, () => this.destroy(reason))
    await this.#finished.promise
    cancel()
  }

  /** Cuts the connection. */
  destroy(reason: string): void {
    this.#reason ??= reason
    this.#link.destroy()
  }

  async #read(): Promise<void> {
    const { decoder } = this.#options
    for (let chunk = await this.#link.read(); chunk; chunk = await this.#link.read()) {
      this.#look('received', chunk)
      decoder.push(chunk)
      this.#handleAll()
    }
    this.#settle()
    this.#finish()
  }

  #handleAll(): void {
    const { decoder } = this.#options
    this.#cancelSilence()
    for (let item = decoder.next(); item; item = decoder.next()) this.#handle(item)
    const ms = decoder.silence?.()
    if (ms !== undefined) this.#cancelSilence = this.#clock.after(ms, () => this.#settle())
  }

  /** What is pending ends here, in a protocol whose frames may end by silence. */
  #settle(): void {
    const { decoder } = this.#options
    if (decoder.silence?.() === undefined) return
    decoder.settle?.()
    this.#handleAll()
  }

  #handle(item: Decoded<In>): void {
    if (!item.ok) return this.#options.garbage(item.problem)
    const taker = this.#expectations.find((expectation) => expectation.take(item.frame))
    if (taker) this.#drop(taker)
    else this.#options.heard(item.frame)
  }

  #finish(): void {
    this.#over = true
    this.#cancelSilence()
    this.#link.end()
    const waiting = this.#expectations
    this.#expectations = []
    for (const expectation of waiting) expectation.fail(this.#closed())
    this.#options.ended(this.#reason ?? (this.#link.lost ? 'the connection broke' : 'the server ended the connection'))
    this.#finished.resolve()
  }

  #drop(expectation: Expectation<In>): void {
    this.#expectations = this.#expectations.filter((each) => each !== expectation)
  }

  #closed(): ChatError {
    return new ChatError('closed', this.#reason ?? 'the connection has ended')
  }

  #look(direction: 'sent' | 'received', bytes: Uint8Array): void {
    const { wire, notation } = this.#options
    if (!wire) return
    const pending = joined(this.#unshown[direction], bytes)
    const { lines, used } = notation.read(pending)
    this.#unshown[direction] = pending.length - used > mostUnshown ? none : pending.slice(used)
    for (const line of lines) wire(direction, line)
  }
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  const both = new Uint8Array(left.length + right.length)
  both.set(left)
  both.set(right, left.length)
  return both
}
