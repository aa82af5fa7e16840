import type { Notation } from '@parley/protocols'

export interface Frame {
  readonly text: string
  /** Bytes. */
  readonly used: number
}

/** More than a frame of most protocols takes, and few enough to be read a dozen times. */
const firstLook = 4_096

/**
 * The first complete frame of `bytes` alone, for the notation tells only how much all frames
 * together take.
 */
export function firstFrame(notation: Notation, bytes: Uint8Array): Frame | undefined {
  for (let size = firstLook; ; size *= 4) {
    const { lines, used } = notation.read(bytes.subarray(0, size))
    if (lines.length === 1) return { text: lines[0]!, used }
    if (lines.length > 1) return shortest(notation, bytes.subarray(0, used))
    if (size >= bytes.length) return undefined
  }
}

function shortest(notation: Notation, bytes: Uint8Array): Frame {
  let [low, high] = [1, bytes.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (notation.read(bytes.subarray(0, middle)).lines.length > 0) high = middle
    else low = middle + 1
  }
  const { lines, used } = notation.read(bytes.subarray(0, low))
  return { text: lines[0]!, used }
}

/**
 * Bytes as a transcript would write them: the lines of the notation, then in hex what is no
 * complete frame.
 */
export function describeBytes(notation: Notation, bytes: Uint8Array): readonly string[] {
  const { lines, used } = notation.read(bytes)
  return used === bytes.length ? lines : [...lines, hexOf(bytes.subarray(used))]
}

const maxHexBytes = 64
const printable = /^[\x20-\x7e\r\n\t]+$/

/** `hex 08 01`, with the text beside it where it is one: `hex 68 69 ("hi")`. Long ones are cut. */
export function hexOf(bytes: Uint8Array): string {
  const shown = bytes.subarray(0, maxHexBytes)
  const pairs = Array.from(shown, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
  const text = new TextDecoder().decode(shown)
  const beside = printable.test(text) ? ` (${JSON.stringify(text)})` : ''
  const more = bytes.length > maxHexBytes ? ` … ${bytes.length} bytes in all` : ''
  return `hex ${pairs}${beside}${more}`
}
