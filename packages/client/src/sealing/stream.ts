import { bigEndian, decrypted, encrypted, type AesKey } from './binding.ts'
import type { Bytes } from './hpke.ts'

/** Bytes of a file that are sealed at once. */
export const chunkBytes = 65_536
export const tagBytes = 16
const nothing = new Uint8Array(0)

/**
 * One chunk of a stream (STREAM of Hoang, Reyhanitabar, Rogaway and Vizár, 2015): the nonce is its
 * number in 11 bytes and a byte that says whether it is the last. So chunks cannot be left out, put
 * into another order or cut off at the end. A key seals one stream only.
 */
export function sealChunk(key: AesKey, index: number, isLast: boolean, bytes: Bytes): Promise<Bytes> {
  return encrypted(key, nonceOf(index, isLast), nothing, bytes)
}

/** null: it is not this chunk of this stream. */
export function openChunk(key: AesKey, index: number, isLast: boolean, sealed: Bytes): Promise<Bytes | null> {
  return decrypted(key, nonceOf(index, isLast), nothing, sealed)
}

/** Chunks of a stream of so many bytes: an empty one has one, so that its end is sealed as well. */
export function chunksOf(size: number): number {
  return Math.max(1, Math.ceil(size / chunkBytes))
}

/** Bytes of all chunks of a stream of so many bytes. */
export function sealedLength(size: number): number {
  return size + tagBytes * chunksOf(size)
}

/** The size of which `sealedLength` is this; null: of none. */
export function plainLength(sealed: number): number | null {
  const chunks = Math.ceil(sealed / (chunkBytes + tagBytes))
  const size = sealed - tagBytes * chunks
  return size >= 0 && sealedLength(size) === sealed ? size : null
}

/** Exactly so many bytes at a time of what comes in pieces of any length. It keeps no more than that and one piece. */
export class PieceReader {
  readonly #pieces: AsyncIterator<Uint8Array>
  #rest: Uint8Array = nothing
  #isOver = false

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]()
  }

  /** Fewer only where nothing comes behind them. */
  async take(length: number): Promise<Bytes> {
    const taken = new Uint8Array(length)
    let at = 0
    while (at < length && (this.#rest.length > 0 || (await this.#more()))) {
      const part = this.#rest.subarray(0, length - at)
      taken.set(part, at)
      at += part.length
      this.#rest = this.#rest.subarray(part.length)
    }
    return at === length ? taken : taken.slice(0, at)
  }

  /** Nobody reads the rest. */
  async stop(): Promise<void> {
    if (!this.#isOver) await this.#pieces.return?.()
  }

  async #more(): Promise<boolean> {
    if (this.#isOver) return false
    const { value, done } = await this.#pieces.next()
    this.#isOver = done === true
    if (!this.#isOver) this.#rest = value
    return !this.#isOver
  }
}

function nonceOf(index: number, isLast: boolean): Bytes {
  return Uint8Array.from([...bigEndian(index, 11), isLast ? 1 : 0])
}
