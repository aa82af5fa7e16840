/** What the server's end of a memory socket is told. Called while the client acts, as an event of the loop would. */
export interface SocketOwner {
  readable(): void
  finished(): void
  closed(): void
}

/**
 * A socket without a network, both ends in one object. Bytes and ends stay in order; nothing arrives by itself later.
 * The client that does not read makes `unread` grow, as a full kernel buffer would.
 */
export class MemorySocket {
  owner: SocketOwner = { readable: () => {}, finished: () => {}, closed: () => {} }
  /** Whether the client takes what it is sent at once. */
  reading = true
  #toServer: Uint8Array[] = []
  #unread: Uint8Array[] = []
  #heard: Uint8Array[] = []
  #clientEnded = false
  #serverEnded = false
  #destroyed = false

  // The server's end.

  get destroyed(): boolean {
    return this.#destroyed
  }

  /** Everything that the client sent has been taken, and it has ended its side. */
  get inputEnded(): boolean {
    return this.#clientEnded && this.#toServer.length === 0
  }

  /** Bytes that the client has not taken. */
  get unread(): number {
    return this.#unread.reduce((sum, bytes) => sum + bytes.length, 0)
  }

  take(): Uint8Array | undefined {
    const chunk = this.#toServer.shift()
    if (this.#serverEnded && this.inputEnded) queueMicrotask(() => this.destroy())
    return chunk
  }

  write(bytes: Uint8Array): void {
    if (this.#serverEnded || this.#destroyed || bytes.length === 0) return
    if (this.reading) this.#heard.push(bytes)
    else this.#unread.push(bytes)
  }

  end(): void {
    this.#serverEnded = true
    if (this.inputEnded) this.destroy()
  }

  destroy(): void {
    if (this.#destroyed) return
    this.#destroyed = true
    this.#toServer = []
    this.owner.closed()
  }

  // The client's end.

  /** The server has ended its side, or everything. */
  get over(): boolean {
    return this.#serverEnded || this.#destroyed
  }

  say(bytes: Uint8Array): void {
    if (this.#clientEnded || this.#destroyed) return
    // A copy: whoever keeps a reference to what the kernel will use again is to be found out.
    this.#toServer.push(Uint8Array.from(bytes))
    this.owner.readable()
  }

  /** Half of the connection ends; the client still reads. */
  finish(): void {
    if (this.#clientEnded || this.#destroyed) return
    this.#clientEnded = true
    this.owner.finished()
    if (this.#serverEnded && this.#toServer.length === 0) this.destroy()
  }

  stall(): void {
    this.reading = false
  }

  read(): void {
    this.reading = true
    this.#heard.push(...this.#unread.splice(0))
  }

  /** All that was heard since the last call. */
  hear(): Uint8Array {
    return concat(this.#heard.splice(0))
  }
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
