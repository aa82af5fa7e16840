import { BlockDigest, type BlockAlgorithm } from './block-digest.ts'

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
/** Of the block that is mixed in. */
const words = new Uint32Array(16)

const algorithm: BlockAlgorithm = {
  first: Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476),
  littleEndian: true,
  mix(state, bytes, from) {
    for (let word = 0, at = from; word < 16; word++, at += 4) {
      words[word] = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    }
    let a = state[0]!
    let b = state[1]!
    let c = state[2]!
    let d = state[3]!
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
    state[0] = state[0]! + a
    state[1] = state[1]! + b
    state[2] = state[2]! + c
    state[3] = state[3]! + d
  },
}

/** MD5 (RFC 1321). */
export class Md5 extends BlockDigest {
  constructor() {
    super(algorithm)
  }
}
