import type { Notation } from '../protocol.ts'
import { encodeLine } from './lines.ts'

const lineFeed = 0x0a

/** A line of a transcript is the line on the wire. */
export const lineNotation: Notation = {
  write: encodeLine,
  read(bytes) {
    const used = bytes.lastIndexOf(lineFeed) + 1
    if (used === 0) return { lines: [], used }
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, used - 1))
    return { lines: text.split('\n').map((line) => line.replace(/\r$/, '')), used }
  },
}
