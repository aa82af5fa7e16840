import type { RunningDigest } from '@parley/core'

const blockBytes = 64
/** Of the length, which stands last in the last block. */
const lengthBytes = 8

/** How a digest differs from others of its family. `mix` takes the block that begins at `from` into `state`. */
export interface BlockAlgorithm {
  readonly first: Uint32Array
  readonly littleEndian: boolean
  mix(state: Uint32Array, bytes: Uint8Array, from: number): void
}

/**
 * A digest over blocks of 64 bytes that come piece by piece (RFC 1321, FIPS 180-4). A browser has
 * digests only of what is in memory as a whole, and a file may be too large for that. Files are
 * checked with it. No secret is kept by it.
 */
export class BlockDigest implements RunningDigest {
  readonly #algorithm: BlockAlgorithm
  readonly #state: Uint32Array
  readonly #pending = new Uint8Array(blockBytes)
  #filled = 0
  #length = 0

  constructor(algorithm: BlockAlgorithm) {
    this.#algorithm = algorithm
    this.#state = algorithm.first.slice()
  }

  update(bytes: Uint8Array): void {
    this.#length += bytes.length
    let at = 0
    if (this.#filled > 0) {
      at = Math.min(blockBytes - this.#filled, bytes.length)
      this.#pending.set(bytes.subarray(0, at), this.#filled)
      this.#filled += at
      if (this.#filled < blockBytes) return
      this.#algorithm.mix(this.#state, this.#pending, 0)
    }
    for (; at + blockBytes <= bytes.length; at += blockBytes) this.#algorithm.mix(this.#state, bytes, at)
    this.#pending.set(bytes.subarray(at))
    this.#filled = bytes.length - at
  }

  hex(): string {
    const { littleEndian } = this.#algorithm
    const bits = this.#length * 8
    const isRoom = this.#filled < blockBytes - lengthBytes
    const padding = new Uint8Array((isRoom ? blockBytes : 2 * blockBytes) - this.#filled)
    padding[0] = 0x80
    const end = new DataView(padding.buffer, padding.length - lengthBytes)
    end.setUint32(littleEndian ? 0 : 4, bits % 2 ** 32, littleEndian)
    end.setUint32(littleEndian ? 4 : 0, Math.floor(bits / 2 ** 32), littleEndian)
    this.update(padding)
    const digest = new DataView(new ArrayBuffer(this.#state.byteLength))
    for (const [at, word] of this.#state.entries()) digest.setUint32(4 * at, word, littleEndian)
    return Array.from(new Uint8Array(digest.buffer), (byte) => byte.toString(16).padStart(2, '0')).join('')
  }
}
