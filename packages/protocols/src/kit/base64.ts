import { encodeText } from './text.ts'

const alphabet = encodeText('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
const padding = 0x3d
const values = new Int8Array(256).fill(-1)
for (const [value, character] of alphabet.entries()) values[character] = value
/** Padding stands for nothing. */
const sextets = Uint8Array.from(values, (value) => Math.max(value, 0))
const ascii = new TextDecoder('latin1')

/** Characters of the base64 of so many bytes, padding included. */
export function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4
}

/** Base64 (RFC 4648, 4) that comes piece by piece, to bytes. Padding may be missing, as a whole. */
export class Base64Decoder {
  #bits = 0
  #characters = 0
  #padding = 0
  /** Used again and again: a large file would leave as much garbage behind. */
  #bytes = new Uint8Array(0)

  /** Good until the next call. null: this is no base64, and the rest is not worth a look. */
  push(text: Uint8Array): Uint8Array | null {
    const room = Math.ceil(text.length / 4) * 3 + 3
    if (this.#bytes.length < room) this.#bytes = new Uint8Array(room)
    const bytes = this.#bytes
    let length = 0
    for (const character of text) {
      const value = values[character]!
      if (value < 0 || this.#padding > 0) {
        if (character !== padding || this.#characters < 2 || ++this.#padding > 4 - this.#characters) return null
        continue
      }
      this.#bits = (this.#bits << 6) | value
      if (++this.#characters < 4) continue
      bytes[length++] = this.#bits >> 16
      bytes[length++] = this.#bits >> 8
      bytes[length++] = this.#bits
      this.#bits = 0
      this.#characters = 0
    }
    return bytes.subarray(0, length)
  }

  /**
   * What the last characters, fewer than four, still hold. null: one alone holds nothing, or half
   * of the padding is missing.
   */
  end(): Uint8Array | null {
    if (this.#padding > 0 && this.#padding !== 4 - this.#characters) return null
    switch (this.#characters) {
      case 0:
        return new Uint8Array(0)
      case 2:
        return Uint8Array.of(this.#bits >> 4)
      case 3:
        return Uint8Array.of(this.#bits >> 10, this.#bits >> 2)
      default:
        return null
    }
  }
}

/** Bytes that come piece by piece, to base64 with padding. */
export class Base64Encoder {
  /** Fewer than three bytes, which wait for more. */
  #bits = 0
  #bytes = 0
  #reused: Uint8Array | null

  /**
   * `reused`: what the methods return is good until the next call. A large file would leave as much
   * garbage behind.
   */
  constructor(returned: 'kept' | 'reused' = 'kept') {
    this.#reused = returned === 'reused' ? new Uint8Array(0) : null
  }

  push(bytes: Uint8Array): Uint8Array {
    const text = this.#room(Math.floor((this.#bytes + bytes.length) / 3) * 4)
    let length = 0
    for (const byte of bytes) {
      this.#bits = (this.#bits << 8) | byte
      if (++this.#bytes < 3) continue
      text[length++] = alphabet[this.#bits >> 18]!
      text[length++] = alphabet[(this.#bits >> 12) & 63]!
      text[length++] = alphabet[(this.#bits >> 6) & 63]!
      text[length++] = alphabet[this.#bits & 63]!
      this.#bits = 0
      this.#bytes = 0
    }
    return text
  }

  end(): Uint8Array {
    if (this.#bytes === 0) return new Uint8Array(0)
    const missing = 3 - this.#bytes
    return this.push(new Uint8Array(missing)).fill(padding, 4 - missing)
  }

  #room(length: number): Uint8Array {
    if (!this.#reused) return new Uint8Array(length)
    if (this.#reused.length < length) this.#reused = new Uint8Array(length)
    return this.#reused.subarray(0, length)
  }
}

/** Bytes as base64 with padding. In a file a chunk follows the other, so it leaves no garbage behind. */
export function toBase64(bytes: Uint8Array): string {
  const text = new Uint8Array(Math.ceil(bytes.length / 3) * 4)
  let length = 0
  for (let at = 0; at < bytes.length; at += 3) {
    const bits = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    text[length++] = alphabet[bits >> 18]!
    text[length++] = alphabet[(bits >> 12) & 63]!
    text[length++] = alphabet[(bits >> 6) & 63]!
    text[length++] = alphabet[bits & 63]!
  }
  const missing = (3 - (bytes.length % 3)) % 3
  return ascii.decode(text.fill(padding, length - missing))
}

/** null: this is no base64, or its padding is missing. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null
  const missing = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const bytes = new Uint8Array((text.length / 4) * 3 - missing)
  let length = 0
  for (let at = 0; at < text.length; at += 4) {
    const high = (sextets[text.charCodeAt(at)]! << 18) | (sextets[text.charCodeAt(at + 1)]! << 12)
    const bits = high | (sextets[text.charCodeAt(at + 2)]! << 6) | sextets[text.charCodeAt(at + 3)]!
    bytes[length++] = bits >> 16
    // Past the end of the array they go nowhere.
    bytes[length++] = (bits >> 8) & 255
    bytes[length++] = bits & 255
  }
  return bytes
}
