import type { Link } from '../src/ports/link.ts'

/**
 * A connection whose far side is the test: it says, hangs up or breaks off, and takes what it is
 * sent when it likes.
 */
export class MemoryLink implements Link {
  /** What the far side was sent, as text. */
  heard = ''
  ended = false
  destroyed = false
  lost = false
  #unread: Uint8Array[] = []
  #over = false
  #wakeReader: () => void = () => {}
  #full = false
  #wakeWriters: (() => void)[] = []

  async read(): Promise<Uint8Array | null> {
    if (this.#unread.length === 0 && !this.#over) await new Promise<void>((resolve) => (this.#wakeReader = resolve))
    return this.#unread.shift() ?? null
  }

  async write(bytes: Uint8Array): Promise<boolean> {
    if (this.destroyed || this.lost) return false
    this.heard += new TextDecoder().decode(bytes)
    return this.flushed()
  }

  async flushed(): Promise<boolean> {
    if (this.#full) await new Promise<void>((resolve) => this.#wakeWriters.push(resolve))
    return !this.destroyed && !this.lost
  }

  end(): void {
    this.ended = true
  }

  destroy(): void {
    this.destroyed = true
    this.#finish()
  }

  get unread(): number {
    return this.#unread.length
  }

  say(text: string): void {
    this.#unread.push(new TextEncoder().encode(text))
    this.#wakeReader()
  }

  hangUp(): void {
    this.#finish()
  }

  breakOff(): void {
    this.lost = true
    this.#finish()
  }

  stopReading(): void {
    this.#full = true
  }

  readOn(): void {
    this.#full = false
    this.#wake()
  }

  #finish(): void {
    this.#over = true
    this.#wakeReader()
    this.#wake()
  }

  #wake(): void {
    for (const wake of this.#wakeWriters.splice(0)) wake()
  }
}
