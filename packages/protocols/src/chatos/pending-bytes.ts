const none = new Uint8Array(0)

/**
 * Bytes that wait for the rest of their frame. A chunk that nothing waits before is looked at where
 * it is, and what is left of it is copied by `keep`. What is held grows by doubling, so that a
 * frame that comes byte by byte is not copied anew for each.
 */
export class PendingBytes {
  #buffer: Uint8Array = none
  #start = 0
  #end = 0
  /** The buffer is our own, and may be written to. */
  #isOwned = true

  /** What was appended and not yet dropped; good until the next call of `append`. */
  get view(): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#end)
  }

  append(chunk: Uint8Array): void {
    if (this.#start === this.#end) {
      this.#buffer = chunk
      this.#start = 0
      this.#end = chunk.length
      this.#isOwned = false
      return
    }
    if (!this.#isOwned || this.#end + chunk.length > this.#buffer.length) this.#makeRoom(chunk.length)
    this.#buffer.set(chunk, this.#end)
    this.#end += chunk.length
  }

  drop(count: number): void {
    this.#start += count
    if (this.#start === this.#end) this.clear()
  }

  /** What waits is kept from here on, whatever becomes of the chunks. */
  keep(): void {
    if (!this.#isOwned) this.#makeRoom(0)
  }

  clear(): void {
    this.#buffer = none
    this.#start = 0
    this.#end = 0
    this.#isOwned = true
  }

  #makeRoom(more: number): void {
    const held = this.view
    this.#buffer = new Uint8Array(more === 0 ? held.length : 2 * (held.length + more))
    this.#buffer.set(held)
    this.#start = 0
    this.#end = held.length
    this.#isOwned = true
  }
}
