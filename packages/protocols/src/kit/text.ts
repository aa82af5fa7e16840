const utf8 = new TextEncoder()

/**
 * Texts of fewer characters share a block: to allocate each for itself takes longer than to encode
 * it.
 */
const shortText = 1_024
const blockBytes = 8_192
let block = new Uint8Array(blockBytes)
let used = 0

/** UTF-8. The bytes are never changed, and may share their buffer with others. */
export function encodeText(text: string): Uint8Array {
  if (text.length >= shortText) return utf8.encode(text)
  // A character is three bytes of UTF-8 at most for each unit of its UTF-16.
  if (used + 3 * text.length > blockBytes) {
    block = new Uint8Array(blockBytes)
    used = 0
  }
  const { written } = utf8.encodeInto(text, used === 0 ? block : block.subarray(used))
  const bytes = block.subarray(used, used + written)
  used += written
  return bytes
}

const lineBreak = /[\n\u2028\u2029]/

/** The non-empty lines of a message, for protocols in which a line break ends the message. */
export function linesOf(text: string): readonly string[] {
  return text.split(lineBreak).filter((line) => line !== '')
}

/**
 * Cuts a text into pieces of at most `max` bytes of UTF-8 each, between characters. `max` is 4 or
 * more.
 */
export function cutToBytes(text: string, max: number): readonly string[] {
  const pieces: string[] = []
  let start = 0
  let bytes = 0
  for (let at = 0; at < text.length;) {
    const point = text.codePointAt(at)!
    const size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
    if (bytes + size > max) {
      pieces.push(text.slice(start, at))
      start = at
      bytes = 0
    }
    bytes += size
    at += point < 0x10000 ? 1 : 2
  }
  pieces.push(text.slice(start))
  return pieces
}
