import { encodeText } from './text.ts'

const alphabet = encodeText('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
const padding = 0x3d
const values = new Int8Array(256).fill(-1)
for (const [value, character] of alphabet.entries()) values[character] = value

/** Characters of the base64 of so many bytes, padding included. */
export function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4
}

/** Base64 (RFC 4648, 4) that comes piece by piece, to bytes. Padding may be missing. */
export class Base64Decoder {
  #bits = 0
  #characters = 0
  #padded = false
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
      if (value < 0 || this.#padded) {
        if (character !== padding || this.#characters < 2) return null
        this.#padded = true
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

  /** What the last characters, fewer than four, still hold. null: one alone holds nothing. */
  end(): Uint8Array | null {
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
  #rest = new Uint8Array(0)

  push(bytes: Uint8Array): Uint8Array {
    const all = new Uint8Array(this.#rest.length + bytes.length)
    all.set(this.#rest)
    all.set(bytes, this.#rest.length)
    const whole = all.length - (all.length % 3)
    this.#rest = all.slice(whole)
    return encode(all.subarray(0, whole))
  }

  end(): Uint8Array {
    const text = encode(this.#rest)
    const missing = this.#rest.length === 0 ? 0 : 3 - this.#rest.length
    return text.fill(padding, text.length - missing)
  }
}

function encode(bytes: Uint8Array): Uint8Array {
  const text = new Uint8Array(base64Length(bytes.length))
  let length = 0
  for (let at = 0; at < bytes.length; at += 3) {
    const bits = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    text[length++] = alphabet[bits >> 18]!
    text[length++] = alphabet[(bits >> 12) & 63]!
    text[length++] = alphabet[(bits >> 6) & 63]!
    text[length++] = alphabet[bits & 63]!
  }
  return text
}
