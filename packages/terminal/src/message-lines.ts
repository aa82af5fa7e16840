/** The messages of a text with line breaks: one per line that is not empty, as they arrive over the line protocols. */
export function linesOf(text: string): readonly string[] {
  return text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '')
}
