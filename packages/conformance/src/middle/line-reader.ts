import type { Notation } from '@parley/protocols'
import { firstFrame } from '../frames.ts'

export interface ReadLine {
  /** In the notation; null: it is no whole line. */
  readonly text: string | null
  readonly bytes: Uint8Array
}

export interface LineEnds {
  /** Absent: the protocol has packets, not lines. */
  readonly lineEnd?: string
  /** P-1: one write is one line, with a line end or without. */
  readonly omitsLineEnd?: true
}

/** More than this is no line any more, in bytes: it is shown as bytes. */
const longest = 1_024 * 1_024

/**
 * Takes what one side says apart into lines of the notation, as generous as the rulings are: a line
 * may end with CR, LF or both, and lines without anything in them are none.
 */
export class LineReader {
  readonly #notation: Notation
  readonly #ends: LineEnds
  #pending: Uint8Array = new Uint8Array(0)

  constructor(notation: Notation, ends: LineEnds) {
    this.#notation = notation
    this.#ends = ends
  }

  /** The whole lines so far. */
  read(chunk: Uint8Array): readonly ReadLine[] {
    this.#pending = Buffer.concat([this.#pending, chunk])
    const lines: ReadLine[] = []
    for (let frame = this.#frame(); frame; frame = this.#frame()) {
      const bytes = this.#pending.subarray(0, frame.used)
      this.#pending = this.#pending.subarray(frame.used)
      if (frame.text.startsWith('?? ')) lines.push({ text: null, bytes })
      else if (frame.text !== '') lines.push({ text: frame.text, bytes })
    }
    if (this.#ends.omitsLineEnd && this.#pending.length > 0) {
      lines.push({ text: new TextDecoder().decode(this.#pending), bytes: this.#pending })
      this.#pending = new Uint8Array(0)
    }
    return this.#pending.length > longest ? [...lines, ...this.rest()] : lines
  }

  /** What is pending and will never be a whole line. */
  rest(): readonly ReadLine[] {
    const bytes = this.#pending
    this.#pending = new Uint8Array(0)
    return bytes.length === 0 ? [] : [{ text: null, bytes }]
  }

  #frame(): { readonly text: string; readonly used: number } | undefined {
    if (this.#ends.lineEnd === undefined) return firstFrame(this.#notation, this.#pending)
    const end = this.#pending.findIndex((byte) => byte === 0x0a || byte === 0x0d)
    if (end < 0) return undefined
    const both = this.#pending[end] === 0x0d && this.#pending[end + 1] === 0x0a
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.#pending.subarray(0, end))
    return { text, used: end + (both ? 2 : 1) }
  }
}
