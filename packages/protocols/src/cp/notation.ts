import type { Notation } from '../protocol.ts'
import { cpCodec } from './codec.ts'

const lineEnd = '\r\n'

/** A line of a transcript is the text of a PDU. */
export const cpNotation: Notation = {
  write: (line) => cpCodec.encode(line),
  read(bytes) {
    const used = endOfLast(bytes)
    if (used === 0) return { lines: [], used }
    return { lines: new TextDecoder().decode(bytes.subarray(0, used - lineEnd.length)).split(lineEnd), used }
  },
}

/**
 * Behind the last CRLF; 0: there is none. A line feed alone ends nothing that a server sends (P-1).
 */
function endOfLast(bytes: Uint8Array): number {
  let feed = bytes.lastIndexOf(0x0a)
  while (feed > 0 && bytes[feed - 1] !== 0x0d) feed = bytes.lastIndexOf(0x0a, feed - 1)
  return Math.max(feed, 0) && feed + 1
}
