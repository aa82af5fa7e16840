import type { Notation } from '@parley/protocols'
import { firstFrame } from './frames.ts'

/**
 * What a line means for the actors of a transcript on a server that others use as well. `null`: it
 * concerns none of them. `reply` is said for it at once, where its protocol wants one.
 */
export type Sifted = { readonly line: string } | { readonly line: null; readonly reply?: string }

/** Sets aside what others on the same server cause, line by line, in the notation. */
export interface Sieve {
  sift(line: string): Sifted
}

export interface SiftedBytes {
  readonly bytes: Uint8Array
  /** Bytes at the start of `bytes` that were looked at: whole frames that concern the actors. */
  readonly looked: number
  readonly replies: readonly Uint8Array[]
  /** The lines that concern nobody here, and those of which a part did not. */
  readonly aside: readonly string[]
}

/** Sifts the whole frames behind the first `from` bytes. A frame that has not ended stays. */
export function siftBytes(sieve: Sieve, notation: Notation, bytes: Uint8Array, from: number): SiftedBytes {
  const kept: Uint8Array[] = [bytes.subarray(0, from)]
  const replies: Uint8Array[] = []
  const aside: string[] = []
  let at = from
  for (let frame = firstFrame(notation, bytes.subarray(at)); frame; frame = firstFrame(notation, bytes.subarray(at))) {
    const sifted = sieve.sift(frame.text)
    if (sifted.line === frame.text) kept.push(bytes.subarray(at, at + frame.used))
    else {
      aside.push(frame.text)
      if (sifted.line !== null) kept.push(notation.write(sifted.line))
      else if (sifted.reply !== undefined) replies.push(notation.write(sifted.reply))
    }
    at += frame.used
  }
  const looked = kept.reduce((sum, piece) => sum + piece.length, 0)
  return { bytes: Buffer.concat([...kept, bytes.subarray(at)]), looked, replies, aside }
}
