import type { RawLink } from '@parley/protocols'
import type { MemorySocket } from './memory-socket.ts'

/** Bytes that the far side may have left unread before a writer has to wait. */
const highWater = 65_536

/** A detached memory socket. `wake` is called by its connection whenever something came, went or ended. */
export class MemoryLink implements RawLink {
  readonly #socket: MemorySocket
  #early: Uint8Array | undefined
  #destroyed = false
  #reader: (() => void) | undefined
  #writers: (() => void)[] = []
  #flushers: (() => void)[] = []

  constructor(socket: MemorySocket, early: Uint8Array) {
    this.#socket = socket
    if (early.length > 0) this.#early = early
  }

  get lost(): boolean {
    return this.#socket.destroyed && !this.#destroyed && !this.#socket.inputEnded
  }

  async read(): Promise<Uint8Array | null> {
    for (;;) {
      const bytes = this.#early ?? this.#socket.take()
      this.#early = undefined
      if (bytes) return bytes
      if (this.#socket.inputEnded || this.#socket.destroyed) return null
      if (this.#reader) throw new Error('two reads at a time')
      await new Promise<void>((resolve) => (this.#reader = resolve))
    }
  }

  async write(bytes: Uint8Array): Promise<boolean> {
    if (this.#socket.destroyed) return false
    this.#socket.write(bytes)
    if (this.#isFull()) await new Promise<void>((resolve) => this.#writers.push(resolve))
    return !this.#socket.destroyed
  }

  async flushed(): Promise<boolean> {
    if (this.#isUnflushed()) await new Promise<void>((resolve) => this.#flushers.push(resolve))
    return !this.#socket.destroyed
  }

  end(): void {
    this.#socket.end()
  }

  destroy(): void {
    this.#destroyed = true
    this.#socket.destroy()
  }

  wake(): void {
    const reader = this.#reader
    this.#reader = undefined
    reader?.()
    if (!this.#isFull()) for (const writer of this.#writers.splice(0)) writer()
    if (!this.#isUnflushed()) for (const flusher of this.#flushers.splice(0)) flusher()
  }

  #isUnflushed(): boolean {
    return !this.#socket.destroyed && this.#socket.unread > 0
  }

  #isFull(): boolean {
    return !this.#socket.destroyed && this.#socket.unread > highWater
  }
}
