import type { Hole, Part } from './placeholders.ts'

const maxGuesses = 32

/**
 * What the first hole of a wanted line may stand for, read off the line that came: the pieces that
 * have the same neighbours, those with the most of them in common first. A guess between quotation
 * marks holds no other mark, and one outside them is one value: otherwise a placeholder could
 * swallow members that are not wanted.
 */
export function guesses(parts: readonly Part[], hole: Hole, got: string): readonly string[] {
  const index = parts.indexOf(hole)
  const [before, after] = [parts[index - 1], parts[index + 1]]
  const left = typeof before === 'string' ? before : ''
  const found: { readonly text: string; readonly score: number }[] = []
  for (let start = 0; start < got.length; start++) {
    const common = commonEnd(left, got, start)
    if (left === '' ? start > 0 : common === 0) continue
    for (const end of endsFrom(start, hole, got)) {
      const further = followed(after, got, end)
      if (further === undefined) continue
      const text = got.slice(start, end)
      if (hole.quoted || isOneValue(text)) found.push({ text, score: common + further })
    }
  }
  return found
    .sort((one, other) => other.score - one.score)
    .slice(0, maxGuesses)
    .map((guess) => guess.text)
}

/**
 * How much of what comes after the hole follows at `end`; undefined: it cannot end there. The last
 * member of an object may come earlier, so of the marks that end a value one is as good as another.
 */
function followed(after: Part | undefined, got: string, end: number): number | undefined {
  if (after === undefined) return end === got.length ? 0 : undefined
  if (typeof after !== 'string') return 0
  const length = commonStart(after, got, end)
  return length > 0 || (/^[,}\]]/.test(after) && /[,}\]]/.test(got.charAt(end))) ? length : undefined
}

function* endsFrom(start: number, hole: Hole, got: string): Iterable<number> {
  for (let end = start; end < got.length && got[end] !== '\n' && got[end] !== '\r';) {
    if (hole.quoted && got[end] === '"') return
    end += got[end] === '\\' ? 2 : 1
    yield Math.min(end, got.length)
  }
}

/** How many characters at the end of `left` stand before `end` in `text`. */
function commonEnd(left: string, text: string, end: number): number {
  let length = 0
  while (length < left.length && length < end && left.at(-1 - length) === text[end - 1 - length]) length++
  return length
}

function commonStart(right: string, text: string, start: number): number {
  let length = 0
  while (length < right.length && right[length] === text[start + length]) length++
  return length
}

/** No comma, colon or bracket that belongs to what is around the value. */
function isOneValue(text: string): boolean {
  let depth = 0
  for (const mark of text.replace(/"(?:[^"\\]|\\.)*"/g, '')) {
    if (mark === '"' || (depth === 0 && (mark === ',' || mark === ':'))) return false
    if (mark === '{' || mark === '[') depth++
    if ((mark === '}' || mark === ']') && --depth < 0) return false
  }
  return depth === 0
}
