import type { Decoded, Decoder } from '../protocol.ts'
import { joinBytes } from './bytes.ts'
import { isHttpRequest } from './http-request.ts'
import { encodeText } from './text.ts'

const lineFeed = 0x0a
const carriageReturn = 0x0d
const none = new Uint8Array(0)
/** One for all, as it keeps nothing between two calls. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The frames of the line protocols, made of each line by `frame`: text up to `\n`, `\r\n` or a lone
 * `\r`, empty lines ignored. Invalid UTF-8 is `malformed`; a line of more than `limit()`
 * bytes or of more than `characters` is `too-long`, and a first line of HTTP is `http`. After either
 * there is nothing more.
 */
export class LineDecoder<Frame> implements Decoder<Frame> {
  readonly #limit: () => number
  readonly #frame: (line: string) => Frame
  readonly #characters: number
  #pending: Uint8Array = none
  /**
   * Whether `pending` is a copy of our own; what `push` was given is the caller's again when `next`
   * finds no more.
   */
  #owned = true
  /** How much of `pending` is known to hold no line end. */
  #searched = 0
  #over = false
  #isFirst = true

  constructor(limit: () => number, frame: (line: string) => Frame, characters = Infinity) {
    this.#limit = limit
    this.#frame = frame
    this.#characters = characters
  }

  push(chunk: Uint8Array): void {
    if (this.#over) return
    this.#owned = this.#pending.length > 0
    this.#pending = this.#owned ? joinBytes(this.#pending, chunk) : chunk
  }

  next(): Decoded<Frame> | undefined {
    while (!this.#over) {
      this.#skipEmptyLines()
      const end = lineEnd(this.#pending, this.#searched)
      const line = end < 0 ? this.#pending : this.#pending.subarray(0, end)
      if (this.#isTooLong(line)) {
        this.#over = true
        this.#pending = none
        return { ok: false, problem: 'too-long' }
      }
      if (end < 0) {
        if (line.length === 0) this.#pending = none
        else if (!this.#owned) this.#pending = this.#pending.slice()
        this.#owned = true
        this.#searched = line.length
        return undefined
      }
      this.#pending = this.#pending.subarray(end + 1)
      this.#searched = 0
      return this.#decode(line)
    }
    return undefined
  }

  /** All at once: one by one, a chunk of them would cost a thousand times as much. */
  #skipEmptyLines(): void {
    const bytes = this.#pending
    let count = 0
    while (bytes[count] === lineFeed || bytes[count] === carriageReturn) count++
    if (count > 0) this.#pending = bytes.subarray(count)
  }

  #isTooLong(line: Uint8Array): boolean {
    if (line.length > this.#limit()) return true
    return line.length > this.#characters && charactersOf(line) > this.#characters
  }

  #decode(bytes: Uint8Array): Decoded<Frame> {
    const isFirst = this.#isFirst
    this.#isFirst = false
    let line: string
    try {
      line = utf8.decode(bytes)
    } catch {
      return { ok: false, problem: 'malformed' }
    }
    if (isFirst && isHttpRequest(line)) {
      this.#over = true
      this.#pending = none
      return { ok: false, problem: 'http' }
    }
    return { ok: true, frame: this.#frame(line) }
  }
}

export function encodeLine(line: string): Uint8Array {
  return encodeText(`${line}\n`)
}

export function encodeLines(lines: readonly string[]): Uint8Array | null {
  return lines.length === 0 ? null : encodeText(`${lines.join('\n')}\n`)
}

/**
 * One pass for both: a search for one of them would run to the end of a chunk that only has the
 * other, line after line.
 */
function lineEnd(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at++) if (bytes[at] === lineFeed || bytes[at] === carriageReturn) return at
  return -1
}

/** Bytes that begin a character: all but the continuations `10xxxxxx` of UTF-8. */
function charactersOf(bytes: Uint8Array): number {
  let count = 0
  for (const byte of bytes) if ((byte & 0xc0) !== 0x80) count++
  return count
}
