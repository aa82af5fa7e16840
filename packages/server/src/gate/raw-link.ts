import type { RawLink } from '@parley/protocols'
import type { Socket } from 'node:net'
import { reset } from './reset.ts'

/** Bytes that may wait to be read before the far side is made to wait. */
const readAhead = 262_144
/** Bytes that may wait to be written before the writer waits: enough for the system to take several chunks at once. */
const writeAhead = 262_144

/** A socket as plain bytes, pulled and pushed at the pace of its two ends. */
export class SocketLink implements RawLink {
  readonly #socket: Socket
  #chunks: Uint8Array[] = []
  #waiting = 0
  #ended = false
  #closed = false
  #destroyed = false
  #wakeReader: (() => void) | undefined
  #wakeWriters: (() => void)[] = []
  /** Writes that the system has not taken yet. */
  #unflushed = 0
  #wakeFlushers: (() => void)[] = []

  constructor(socket: Socket, early: Uint8Array) {
    this.#socket = socket
    if (early.length > 0) this.#take(early)
    socket.on('data', (chunk) => this.#take(chunk))
    socket.on('end', () => {
      this.#ended = true
      this.#wakeReader?.()
    })
    socket.on('drain', () => this.#drained())
    socket.on('close', () => {
      this.#closed = true
      this.#wakeReader?.()
      this.#drained()
    })
    this.#ended = socket.readableEnded
    this.#closed = socket.closed
    socket.resume()
  }

  get lost(): boolean {
    return this.#closed && !this.#ended && !this.#destroyed
  }

  async read(): Promise<Uint8Array | null> {
    while (this.#chunks.length === 0 && !this.#ended && !this.#closed) {
      await new Promise<void>((resolve) => (this.#wakeReader = resolve))
    }
    const chunk = this.#chunks.shift()
    if (!chunk) return null
    this.#waiting -= chunk.length
    if (this.#waiting < readAhead) this.#socket.resume()
    return chunk
  }

  async write(bytes: Uint8Array): Promise<boolean> {
    if (this.#closed || this.#socket.destroyed) return false
    this.#unflushed++
    this.#socket.write(bytes, () => this.#flushedOne())
    if (this.#socket.writableLength >= writeAhead) await new Promise<void>((resolve) => this.#wakeWriters.push(resolve))
    return !this.#closed
  }

  async flushed(): Promise<boolean> {
    if (this.#unflushed > 0) await new Promise<void>((resolve) => this.#wakeFlushers.push(resolve))
    return !this.#closed && !this.#socket.destroyed
  }

  end(): void {
    this.#socket.end()
  }

  /** By a reset where the transport has one, so that nobody takes a part for the whole. */
  destroy(): void {
    if (this.#socket.destroyed) return
    this.#destroyed = true
    reset(this.#socket)
  }

  #take(chunk: Uint8Array): void {
    this.#chunks.push(chunk)
    this.#waiting += chunk.length
    if (this.#waiting >= readAhead) this.#socket.pause()
    this.#wakeReader?.()
  }

  #flushedOne(): void {
    if (--this.#unflushed > 0) return
    const flushers = this.#wakeFlushers
    this.#wakeFlushers = []
    for (const wake of flushers) wake()
  }

  #drained(): void {
    const writers = this.#wakeWriters
    this.#wakeWriters = []
    for (const wake of writers) wake()
  }
}
