const utf8 = new TextEncoder()

export function encodeText(text: string): Uint8Array {
  return utf8.encode(text)
}

/** The non-empty lines of a message, for protocols in which a line break ends the message. */
export function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '')
}

/** Cuts a text into pieces of at most `max` bytes of UTF-8 each, between characters. `max` is 4 or more. */
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
