import type { RunningDigest } from '@parley/core'

const blockBytes = 64
const rotations = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const
const shifts = Uint8Array.from({ length: 64 }, (_, step) => rotations[step >> 4]![step & 3]!)
const sines = Uint32Array.from({ length: 64 }, (_, step) => Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32))
/** Which word of the block each step takes. */
const places = Uint8Array.from({ length: 64 }, (_, step) => {
  const round = step >> 4
  return round === 0 ? step : (round === 1 ? 5 * step + 1 : round === 2 ? 3 * step + 5 : 7 * step) % 16
})

/**
 * MD5 (RFC 1321) of bytes that come piece by piece, for places without a library that has it, such
 * as a browser. Files are checked with it. No secret is kept by it.
 */
export class Md5 implements RunningDigest {
  readonly #sums = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476)
  readonly #block = new Uint8Array(blockBytes)
  readonly #words = new Uint32Array(blockBytes / 4)
  #filled = 0
  #length = 0

  update(bytes: Uint8Array): void {
    this.#length += bytes.length
    let at = 0
    if (this.#filled > 0) {
      at = Math.min(blockBytes - this.#filled, bytes.length)
      this.#block.set(bytes.subarray(0, at), this.#filled)
      this.#filled += at
      if (this.#filled < blockBytes) return
      this.#mix(this.#block, 0)
    }
    for (; at + blockBytes <= bytes.length; at += blockBytes) this.#mix(bytes, at)
    this.#block.set(bytes.subarray(at))
    this.#filled = bytes.length - at
  }

  /** 32 hexadecimal digits in lower case. Called once, and last. */
  hex(): string {
    const bits = this.#length * 8
    const padding = new Uint8Array((this.#filled < 56 ? 64 : 128) - this.#filled)
    padding[0] = 0x80
    const view = new DataView(padding.buffer)
    view.setUint32(padding.length - 8, bits % 2 ** 32, true)
    view.setUint32(padding.length - 4, Math.floor(bits / 2 ** 32), true)
    this.update(padding)
    const digest = new DataView(new ArrayBuffer(16))
    for (const [at, sum] of this.#sums.entries()) digest.setUint32(4 * at, sum, true)
    return Array.from(new Uint8Array(digest.buffer), (byte) => byte.toString(16).padStart(2, '0')).join('')
  }

  #mix(bytes: Uint8Array, from: number): void {
    const words = this.#words
    for (let word = 0, at = from; word < 16; word++, at += 4) {
      words[word] = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    }
    const sums = this.#sums
    let a = sums[0]!
    let b = sums[1]!
    let c = sums[2]!
    let d = sums[3]!
    for (let step = 0; step < 64; step++) {
      const mixed =
        step < 16 ? (b & c) | (~b & d) : step < 32 ? (b & d) | (c & ~d) : step < 48 ? b ^ c ^ d : c ^ (b | ~d)
      const sum = (a + mixed + sines[step]! + words[places[step]!]!) | 0
      const shift = shifts[step]!
      a = d
      d = c
      c = b
      b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0
    }
    sums[0] = sums[0]! + a
    sums[1] = sums[1]! + b
    sums[2] = sums[2]! + c
    sums[3] = sums[3]! + d
  }
}
