import type { Digests, RunningDigest } from '../ports/digests.ts'

const blockBytes = 64
const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]
const sines = Int32Array.from({ length: 64 }, (_, step) => Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32))

/** MD5 (RFC 1321) in plain code: for tests, and for places without a library that has it. */
export class PlainDigests implements Digests {
  md5(): RunningDigest {
    return new PlainMd5()
  }
}

class PlainMd5 implements RunningDigest {
  readonly #state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476)
  readonly #block = new Uint8Array(blockBytes)
  readonly #words = new DataView(this.#block.buffer)
  #length = 0

  update(bytes: Uint8Array): void {
    for (const byte of bytes) {
      this.#block[this.#length++ % blockBytes] = byte
      if (this.#length % blockBytes === 0) this.#mix()
    }
  }

  hex(): string {
    const bits = BigInt(this.#length) * 8n
    this.update(Uint8Array.of(0x80))
    while (this.#length % blockBytes !== blockBytes - 8) this.update(Uint8Array.of(0))
    this.#words.setBigUint64(blockBytes - 8, bits, true)
    this.#mix()
    const digest = new DataView(new ArrayBuffer(16))
    this.#state.forEach((word, at) => digest.setInt32(at * 4, word, true))
    return Array.from(new Uint8Array(digest.buffer), (byte) => byte.toString(16).padStart(2, '0')).join('')
  }

  #mix(): void {
    let [a, b, c, d] = this.#state as unknown as [number, number, number, number]
    for (let step = 0; step < 64; step++) {
      const round = step >> 4
      const [mixed, word] =
        round === 0
          ? [(b & c) | (~b & d), step]
          : round === 1
            ? [(d & b) | (~d & c), (5 * step + 1) % 16]
            : round === 2
              ? [b ^ c ^ d, (3 * step + 5) % 16]
              : [c ^ (b | ~d), (7 * step) % 16]
      const sum = (a + mixed + sines[step]! + this.#words.getInt32(word * 4, true)) | 0
      const shift = shifts[round * 4 + (step % 4)]!
      ;[a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0]
    }
    for (const [at, word] of [a, b, c, d].entries()) this.#state[at] = this.#state[at]! + word
  }
}
