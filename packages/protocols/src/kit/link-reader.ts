import type { Link } from '@parley/core'
import { joinBytes } from './bytes.ts'

const blank = 0x20
const lineFeed = 0x0a
const carriageReturn = 0x0d
const none = new Uint8Array(0)
const text = new TextDecoder('utf-8', { ignoreBOM: true })

/** A word of a line, and what ended it. */
export interface Word {
  readonly text: string
  readonly end: 'blank' | 'line' | 'stream'
}

/**
 * Reads a raw connection by words, lines and pieces, holding no more than one of them. Empty lines
 * are passed over.
 */
export class LinkReader {
  readonly #link: Pick<Link, 'read'>
  #pending: Uint8Array = none

  constructor(link: Pick<Link, 'read'>) {
    this.#link = link
  }

  /** Up to the next blank, line end or end of stream. null: it has more than `limit` bytes. */
  word(limit: number): Promise<Word | null> {
    return this.#until(wordEnd, limit)
  }

  /** Up to the next line end or end of stream; null as with `word`. */
  line(limit: number): Promise<Word | null> {
    return this.#until(lineEnd, limit)
  }

  /** Exactly so many bytes; null: the stream ended before. */
  async exactly(length: number): Promise<Uint8Array | null> {
    while (this.#pending.length < length) if (!(await this.#more())) return null
    return this.#take(length)
  }

  /** The next piece of the stream; null: its end. */
  async piece(): Promise<Uint8Array | null> {
    if (this.#pending.length === 0 && !(await this.#more())) return null
    return this.#take(this.#pending.length)
  }

  /** The next piece of this line; null: the line has ended. */
  async pieceOfLine(): Promise<Uint8Array | null> {
    if (this.#pending.length === 0 && !(await this.#more())) return null
    const end = lineEnd(this.#pending)
    if (end === 0) return null
    return this.#take(end < 0 ? this.#pending.length : end)
  }

  async #until(endIn: (bytes: Uint8Array) => number, limit: number): Promise<Word | null> {
    let searched = 0
    for (;;) {
      const found = endIn(this.#pending.subarray(searched))
      const length = found < 0 ? this.#pending.length : searched + found
      if (length > limit) return null
      if (found === 0 && length === 0 && this.#pending[0] !== blank) {
        this.#take(1)
        continue
      }
      if (found >= 0) {
        const word = text.decode(this.#take(length))
        return { text: word, end: this.#take(1)[0] === blank ? 'blank' : 'line' }
      }
      searched = length
      if (!(await this.#more())) return { text: text.decode(this.#take(length)), end: 'stream' }
    }
  }

  async #more(): Promise<boolean> {
    const chunk = await this.#link.read()
    if (!chunk) return false
    this.#pending = this.#pending.length === 0 ? chunk : joinBytes(this.#pending, chunk)
    return true
  }

  #take(length: number): Uint8Array {
    const taken = this.#pending.subarray(0, length)
    this.#pending = this.#pending.subarray(length)
    return taken
  }
}

function lineEnd(bytes: Uint8Array): number {
  return firstOf(bytes.indexOf(lineFeed), bytes.indexOf(carriageReturn))
}

function wordEnd(bytes: Uint8Array): number {
  return firstOf(bytes.indexOf(blank), lineEnd(bytes))
}

/** Of two places, -1 where there is none. */
function firstOf(one: number, other: number): number {
  return one < 0 || other < 0 ? Math.max(one, other) : Math.min(one, other)
}
