import type { Notation } from '@parley/protocols'
import { firstFrame } from './frames.ts'

/**
 * What a line means for the actors of a transcript on a server that others use as well. `null`: it
 * concerns none of them. `reply` is said for it at once, where its protocol wants one.
 */
type Sifted = { readonly line: string } | { readonly line: null; readonly reply?: string }

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

/** Bytes that are looked at in one go: a flood comes in small lines. */
const block = 4_096

/** Sifts the whole frames behind the first `from` bytes. A frame that has not ended stays. */
export function siftBytes(sieve: Sieve, notation: Notation, bytes: Uint8Array, from: number): SiftedBytes {
  const kept: Uint8Array[] = [bytes.subarray(0, from)]
  const replies: Uint8Array[] = []
  const aside: string[] = []
  let at = from
  for (let part = nextFrames(notation, bytes.subarray(at)); part; part = nextFrames(notation, bytes.subarray(at))) {
    const sifted = part.lines.map((line) => sieve.sift(line))
    if (sifted.every(({ line }, index) => line === part.lines[index])) {
      kept.push(bytes.subarray(at, at + part.used))
    } else {
      let begin = at
      for (const [index, each] of sifted.entries()) {
        const text = part.lines[index]!
        const own = each.line === text
        // Where all are set aside nobody asks where each of them ends.
        const used = sifted.some(({ line }) => line !== null) ? firstFrame(notation, bytes.subarray(begin))!.used : 0
        if (own) kept.push(bytes.subarray(begin, begin + used))
        else aside.push(text)
        if (!own && each.line !== null) kept.push(notation.write(each.line))
        if (each.line === null && each.reply !== undefined) replies.push(notation.write(each.reply))
        begin += used
      }
    }
    at += part.used
  }
  const looked = kept.reduce((sum, piece) => sum + piece.length, 0)
  return { bytes: Buffer.concat([...kept, bytes.subarray(at)]), looked, replies, aside }
}

/** The whole frames of the next block, or the first one if it is longer. */
function nextFrames(
  notation: Notation,
  bytes: Uint8Array,
): { readonly lines: readonly string[]; readonly used: number } | undefined {
  const read = notation.read(bytes.subarray(0, block))
  if (read.lines.length > 0) return read
  const first = firstFrame(notation, bytes)
  return first && { lines: [first.text], used: first.used }
}
