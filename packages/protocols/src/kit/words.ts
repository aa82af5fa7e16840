/**
 * A line of a protocol whose commands begin with a word: `BCST hello  world` is word `BCST` and rest
 * `hello  world`.
 */
export interface WordLine {
  readonly word: string
  readonly rest: string
}

/** What stands before the first blank, and everything behind it unchanged. */
export function splitWord(text: string): WordLine {
  const blank = text.indexOf(' ')
  return blank < 0 ? { word: text, rest: '' } : { word: text.slice(0, blank), rest: text.slice(blank + 1) }
}
