import type { Decoded, Decoder, FrameProblem, Notation } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { ClientContext } from '../client-protocol.ts'
import type { Clock } from '../clock.ts'
import type { Link } from '../link.ts'
import { RequestQueue, type ReadReply } from './request-queue.ts'
import { ShownFrames } from './shown-frames.ts'

/** How long a server may take to hang up after a goodbye. */
const goodbyeMs = 2_000
/** How long what was requested before a goodbye is waited for. */
const pendingMs = 3_000
/** Bytes that a server may leave unread. One that asks and asks and never reads is left. */
const mostUnread = 16_777_216
const closedHere = 'closed here'

export interface FrameListener<In> {
  /** Every frame that replies to nothing that was requested. */
  heard(frame: In): void
  /** Any bytes came. */
  moved?(): void
  /** Bytes that are no frame: the server breaks its own protocol. */
  garbage(problem: FrameProblem): void
}

/**
 * A connection in frames, seen from the client: what it sends, its requests, and what comes
 * unasked.
 */
export class FrameConnection<In> {
  readonly requests: RequestQueue<In>
  readonly #link: Link
  readonly #decoder: Decoder<In>
  readonly #clock: Clock
  readonly #shown: ShownFrames | undefined
  readonly #context: Pick<ClientContext, 'ended'>
  readonly #ending = new AbortController()
  readonly #finished = Promise.withResolvers<void>()
  #reason: string | undefined
  #unread = 0
  #cancelSilence: () => void = () => {}

  constructor(
    link: Link,
    context: Pick<ClientContext, 'clock' | 'wire' | 'ended'>,
    decoder: Decoder<In>,
    notation: Notation,
  ) {
    this.requests = new RequestQueue(context.clock)
    this.#link = link
    this.#decoder = decoder
    this.#clock = context.clock
    this.#shown = context.wire && new ShownFrames(notation, context.wire)
    this.#context = context
  }

  /** Aborted, with a ChatError of code `closed` as its reason, when the connection has ended. */
  get ending(): AbortSignal {
    return this.#ending.signal
  }

  /** Begins to read. Called once. */
  listen(listener: FrameListener<In>): void {
    void this.#read(listener)
  }

  send(bytes: Uint8Array): void {
    if (this.#ending.signal.aborted) return
    this.#shown?.add('sent', bytes)
    this.#unread += bytes.length
    if (this.#unread > mostUnread) return this.destroy('the server does not read what it is sent')
    void this.#link.write(bytes).then(() => void (this.#unread -= bytes.length))
  }

  /** Sends `bytes`, if there are any, and waits for the reply as `RequestQueue.add` does. */
  request<T>(bytes: Uint8Array | null, read: ReadReply<In, T>, ms?: number): Promise<T> {
    const send = () => {
      if (bytes) this.send(bytes)
    }
    return this.requests.add(read, send, ms)
  }

  /** Cuts the connection. `reason` is what it is said to have ended for. */
  destroy(reason: string): void {
    this.#reason ??= reason
    this.#link.destroy()
  }

  /**
   * Says goodbye at once. Resolves when the connection has ended. It is cut where the server does
   * not hang up within `ms`.
   */
  async quit(goodbye: Uint8Array | null, ms: number = goodbyeMs): Promise<void> {
    if (goodbye) this.send(goodbye)
    this.#reason ??= closedHere
    this.#link.end()
    const cancel = this.#clock.after(ms, () => this.destroy(closedHere))
    await this.#finished.promise
    cancel()
  }

  /** The same, when every exchange that came before has ended, but without waiting for long. */
  async leave(goodbye: Uint8Array | null): Promise<void> {
    const cancel = this.#clock.after(pendingMs, () => this.destroy(closedHere))
    await this.requests.idle()
    cancel()
    await this.quit(goodbye)
  }

  async #read(listener: FrameListener<In>): Promise<void> {
    for (let chunk = await this.#link.read(); chunk; chunk = await this.#link.read()) {
      this.#shown?.add('received', chunk)
      listener.moved?.()
      this.#decoder.push(chunk)
      this.#handleAll(listener)
    }
    this.#settle(listener)
    this.#finish()
  }

  #handleAll(listener: FrameListener<In>): void {
    this.#cancelSilence()
    for (let item = this.#decoder.next(); item; item = this.#decoder.next()) this.#handle(item, listener)
    const ms = this.#decoder.silence?.()
    if (ms !== undefined) this.#cancelSilence = this.#clock.after(ms, () => this.#settle(listener))
  }

  /** What is pending ends here, in a protocol whose frames may end by silence. */
  #settle(listener: FrameListener<In>): void {
    if (this.#decoder.silence?.() === undefined) return
    this.#decoder.settle?.()
    this.#handleAll(listener)
  }

  #handle(item: Decoded<In>, listener: FrameListener<In>): void {
    if (!item.ok) listener.garbage(item.problem)
    else if (!this.requests.take(item.frame)) listener.heard(item.frame)
  }

  #finish(): void {
    this.#cancelSilence()
    this.#link.end()
    const reason = this.#reason ?? (this.#link.lost ? 'the connection broke' : 'the server ended the connection')
    const closed = new ChatError('closed', this.#reason ?? 'the connection has ended')
    this.requests.close(closed)
    this.#ending.abort(new ChatError('closed', reason))
    this.#context.ended(reason)
    this.#finished.resolve()
  }
}
