const none = new Uint8Array(0)

/**
 * Bytes that wait for the rest of their frame. What is held grows by doubling, so that a frame that
 * comes byte by byte is not copied anew for each.
 */
export class PendingBytes {
  #buffer: Uint8Array = none
  #start = 0
  #end = 0

  /** What was appended and not yet dropped; good until the next call of `append`. */
  get view(): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#end)
  }

  append(chunk: Uint8Array): void {
    if (this.#end + chunk.length > this.#buffer.length) this.#makeRoom(chunk.length)
    this.#buffer.set(chunk, this.#end)
    this.#end += chunk.length
  }

  drop(count: number): void {
    this.#start += count
    if (this.#start === this.#end) this.clear()
  }

  clear(): void {
    this.#buffer = none
    this.#start = 0
    this.#end = 0
  }

  #makeRoom(more: number): void {
    const held = this.view
    this.#buffer = new Uint8Array(held.length === 0 ? more : 2 * (held.length + more))
    this.#buffer.set(held)
    this.#start = 0
    this.#end = held.length
  }
}
