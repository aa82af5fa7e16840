import stringWidth from 'string-width'

/** How a piece of text looks; palette.ts knows what that is on a terminal. `name-3` is one of the colours of names. */
export type Tone =
  | 'text'
  | 'quiet'
  | 'accent'
  | 'strong'
  | 'own'
  | 'mention'
  | 'warning'
  | 'error'
  | 'alarm'
  | 'chosen'
  | 'chosen-quiet'
  | `name-${number}`

export interface Span {
  readonly text: string
  readonly tone: Tone
  /** Where a click on it leads. */
  readonly link?: string
}

/** One row of the screen, from left to right. */
export type Row = readonly Span[]

/** What is longer than this in one cell is no letter of any script, but somebody who piles up marks. */
const longestCluster = 16
/** Nobody reads more than this on a terminal, and the lines of 2,000 such messages have to be kept. */
const longestText = 16_000
const clusters = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const onlyAscii = /^[\u0020-\u007e]*$/

export const span = (text: string, tone: Tone = 'text'): Span => ({ text, tone })

/** In cells. */
export function widthOf(text: string): number {
  return onlyAscii.test(text) ? text.length : stringWidth(text)
}

export function widthOfRow(row: Row): number {
  return row.reduce((sum, { text }) => sum + widthOf(text), 0)
}

/** What a reader sees as one character each. */
export function clustersOf(text: string): readonly string[] {
  return onlyAscii.test(text) ? text.split('') : Array.from(clusters.segment(text), ({ segment }) => segment)
}

/** At most `width` cells, with an ellipsis where something is missing. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  let kept = ''
  for (const cluster of clustersOf(text)) {
    if (widthOf(kept + cluster) > width - 1) break
    kept += cluster
  }
  return width < 1 ? '' : `${kept}…`
}

/** Exactly `width` cells: cut or filled with blanks. */
export function fit(row: Row, width: number, fill: Tone = 'text'): Row {
  const fitted: Span[] = []
  let left = width
  for (const each of row) {
    if (left <= 0) break
    const { text } = each
    const kept = cut(text, left)
    fitted.push(kept === text ? each : { ...each, text: kept })
    left -= widthOf(kept)
    if (kept !== text) break
  }
  if (left > 0) fitted.push(span(' '.repeat(left), fill))
  return fitted
}

/** Left and right with as many blanks between them as there is room; the right one is left out where there is none. */
export function spread(left: Row, right: Row, width: number): Row {
  const room = width - widthOfRow(left) - widthOfRow(right)
  return room < 1 ? fit(left, width) : [...left, span(' '.repeat(room)), ...right]
}

/** A row of a wrapped text. `start`: which character of the readable text it begins with. */
interface TextRow {
  readonly text: string
  readonly start: number
}

/** A text as it is drawn: what is too long to read is cut, and every character has its cells. */
export function readable(text: string): string {
  const shown = text.length > longestText ? `${text.slice(0, longestText)} … (cut)` : text
  const plain = shown.toWellFormed().replaceAll('\t', '    ')
  if (onlyAscii.test(plain)) return plain
  return Array.from(clusters.segment(plain), ({ segment }) =>
    segment.length > longestCluster ? segment.slice(0, longestCluster).toWellFormed() : segment,
  ).join('')
}

/**
 * Breaks at blanks, and within words that are longer than a row. `first` is the width of the first row, which may stand behind something else. Every row
 * fits, whatever the text.
 */
export function wrap(text: string, width: number, first = width): readonly string[] {
  return wrapReadable(readable(text), width, first).map((row) => row.text)
}

/** The same for a text that is readable already. */
export function wrapReadable(text: string, width: number, first = width): readonly TextRow[] {
  const rows: TextRow[] = []
  let start = 0
  for (const line of text.split(/\n|\u2028|\u2029/)) {
    wrapLine(line, start, Math.max(2, width), Math.max(2, first), rows)
    start += line.length + 1
  }
  return rows
}

function wrapLine(line: string, lineStart: number, width: number, first: number, rows: TextRow[]): void {
  let row = ''
  let start = lineStart
  let used = 0
  let breakAt = 0
  const push = (at: number, kept: string) => {
    rows.push({ text: kept, start })
    row = row.slice(at)
    start += at
  }
  for (const cluster of clustersOf(line)) {
    const cells = widthOf(cluster)
    while (used + cells > (rows.length === 0 ? first : width)) {
      const at = fitting(row, breakAt > 0 ? breakAt : row.length, rows.length === 0 ? first : width)
      push(at, row.slice(0, at).trimEnd())
      used = widthOf(row)
      breakAt = 0
    }
    // A blank at which the row was broken is not seen.
    if (cluster === ' ' && row === '' && rows.length > 0 && breakAt === 0 && used === 0 && line[0] !== ' ') {
      start += 1
      continue
    }
    row += cluster
    used += cells
    if (cluster === ' ') breakAt = row.length
  }
  for (let room = rows.length === 0 ? first : width; widthOf(row) > room; room = width) {
    const at = fitting(row, row.length, room)
    push(at, row.slice(0, at))
  }
  rows.push({ text: row, start })
}

/** Where a row really ends: a few characters take other cells together than one by one. */
function fitting(row: string, at: number, room: number): number {
  let end = at
  while (end > 1 && widthOf(row.slice(0, end).trimEnd()) > room) end -= (row.codePointAt(end - 2) ?? 0) > 0xffff ? 2 : 1
  return end
}
