/**
 * A checksum for careless hands: the sum of (signed byte i) times (i + 1), i from 0, in wrapping
 * signed 32-bit arithmetic (H-10).
 */
export class WeightedSum {
  #sum = 0
  #weight = 0

  update(bytes: Uint8Array): void {
    let sum = this.#sum
    let weight = this.#weight
    for (const byte of bytes) {
      weight = (weight + 1) | 0
      sum = (sum + Math.imul((byte << 24) >> 24, weight)) | 0
    }
    this.#sum = sum
    this.#weight = weight
  }

  get value(): number {
    return this.#sum
  }
}
