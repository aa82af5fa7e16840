import type { Sink } from '../src/net/outbox.ts'

/** Where an outbox writes in a test. It takes everything soon, or nothing while it is `stuck`. */
export class MemorySink implements Sink {
  readonly writes: Uint8Array[] = []
  stuck = false
  ended = false
  unsent = 0
  #waiting: { readonly size: number; readonly taken: (() => void) | undefined }[] = []

  write(bytes: Uint8Array, taken?: () => void): void {
    this.writes.push(bytes)
    this.unsent += bytes.length
    this.#waiting.push({ size: bytes.length, taken })
    if (!this.stuck) queueMicrotask(() => this.take())
  }

  end(): void {
    this.ended = true
  }

  /** Takes all that was written. */
  take(): void {
    for (const { size, taken } of this.#waiting.splice(0)) {
      this.unsent -= size
      taken?.()
    }
  }

  /** All that was written, taken or not. */
  get text(): string {
    return Buffer.concat(this.writes).toString()
  }
}
