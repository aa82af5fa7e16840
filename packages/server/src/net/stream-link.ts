import type { Link } from '@parley/core'
import type { ByteStream, StreamReader } from './byte-stream.ts'

/** Bytes that may wait to be read before the far side is made to wait. */
const readAhead = 262_144
/**
 * Bytes that may wait to be written before the writer waits: enough for the system to take several
 * chunks at once.
 */
const writeAhead = 262_144

/** A byte stream that is pulled and pushed at the pace of its two ends. */
export class StreamLink implements Link, StreamReader {
  readonly #stream: ByteStream
  readonly #owner: Pick<StreamReader, 'closed'>
  #chunks: Uint8Array[] = []
  #waiting = 0
  #ended: boolean
  #destroyed = false
  #wakeReader: (() => void) | undefined
  #wakeWriters: (() => void)[] = []
  /** Writes that the system has not taken yet. */
  #unflushed = 0
  #wakeFlushers: (() => void)[] = []

  /**
   * `early`: bytes that were read before. `ended`: the far side has ended already. `owner` is told
   * once and last that it is closed.
   */
  constructor(stream: ByteStream, early: Uint8Array, ended: boolean, owner: Pick<StreamReader, 'closed'>) {
    this.#stream = stream
    this.#ended = ended
    this.#owner = owner
    stream.readBy(this)
    stream.resume()
    if (early.length > 0) this.data(early)
  }

  get lost(): boolean {
    return this.#stream.closed && !this.#ended && !this.#destroyed
  }

  async read(): Promise<Uint8Array | null> {
    while (this.#chunks.length === 0 && !this.#ended && !this.#stream.closed) {
      await new Promise<void>((resolve) => (this.#wakeReader = resolve))
    }
    const chunk = this.#chunks.shift()
    if (!chunk) return null
    this.#waiting -= chunk.length
    if (this.#waiting < readAhead) this.#stream.resume()
    return chunk
  }

  async write(bytes: Uint8Array): Promise<boolean> {
    if (this.#stream.closed) return false
    this.#unflushed++
    this.#stream.write(bytes, () => this.#flushedOne())
    if (this.#stream.unsent >= writeAhead) await new Promise<void>((resolve) => this.#wakeWriters.push(resolve))
    return !this.#stream.closed
  }

  async flushed(): Promise<boolean> {
    if (this.#unflushed > 0 && !this.#stream.closed) {
      await new Promise<void>((resolve) => this.#wakeFlushers.push(resolve))
    }
    return !this.#stream.closed
  }

  end(): void {
    this.#stream.end()
  }

  destroy(): void {
    if (this.#stream.closed) return
    this.#destroyed = true
    this.#stream.reset()
  }

  data(chunk: Uint8Array): void {
    this.#chunks.push(chunk)
    this.#waiting += chunk.length
    if (this.#waiting >= readAhead) this.#stream.pause()
    this.#wakeReader?.()
  }

  ended(): void {
    this.#ended = true
    this.#wakeReader?.()
  }

  closed(): void {
    this.#wakeReader?.()
    this.#wakeWaitingWriters()
    this.#wakeAllFlushed()
    this.#owner.closed()
  }

  #flushedOne(): void {
    this.#unflushed--
    if (this.#stream.unsent < writeAhead) this.#wakeWaitingWriters()
    if (this.#unflushed === 0) this.#wakeAllFlushed()
  }

  #wakeAllFlushed(): void {
    const flushers = this.#wakeFlushers
    this.#wakeFlushers = []
    for (const wake of flushers) wake()
  }

  #wakeWaitingWriters(): void {
    const writers = this.#wakeWriters
    this.#wakeWriters = []
    for (const wake of writers) wake()
  }
}
