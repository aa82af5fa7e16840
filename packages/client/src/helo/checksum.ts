/** H-10: the sum of (signed byte i) times (i + 1), i from 0, in wrapping signed 32-bit arithmetic. */
export class Checksum {
  #sum = 0
  #length = 0

  add(bytes: Uint8Array): void {
    let sum = this.#sum
    let at = this.#length
    for (const byte of bytes) sum = (sum + Math.imul((byte << 24) >> 24, ++at)) | 0
    this.#sum = sum
    this.#length = at
  }

  get value(): number {
    return this.#sum
  }

  get length(): number {
    return this.#length
  }
}
