/** X-4, said once more for the model: what is left of a text that people wrote. */
export function cleaned(text: string): string {
  let left = ''
  for (const character of text.replaceAll('\r\n', '\n').replaceAll('\r', '\n')) {
    const code = character.codePointAt(0)!
    const isControl = code < 0x20 || (code >= 0x7f && code <= 0x9f)
    if (!isControl || character === '\t' || character === '\n') left += character
  }
  return /[^\s\u200b-\u200f\u2060-\u2064]/.test(left) ? left : ''
}

/** toward a line protocol, a message for each line that is not empty. */
export function lines(text: string): readonly string[] {
  return text.split(/[\n\u2028\u2029]/).filter((line) => line !== '')
}

/** as few messages as hold it, each as long as it may be, none cut within a character. */
export function pieces(text: string, bytes: number): readonly string[] {
  const cut: string[] = []
  let piece = ''
  for (const character of text) {
    if (Buffer.byteLength(piece + character) > bytes) {
      cut.push(piece)
      piece = ''
    }
    piece += character
  }
  return [...cut, piece]
}
