import { cleanText } from '@parley/client/conversations'
import { clustersOf, widthOf } from './text-rows.ts'

/** What is being written; it may have several lines. `cursor` counts UTF-16 units and never stands within what a reader sees as one character. */
export interface InputLine {
  readonly text: string
  readonly cursor: number
}

export const emptyLine: InputLine = { text: '', cursor: 0 }
/** Characters of a draft at most. No protocol takes longer frames than 64 KiB. */
export const longest = 60_000

export function lineOf(text: string): InputLine {
  return { text, cursor: text.length }
}

/** At the cursor, without what a terminal would obey, as far as there is room. */
export function insert({ text, cursor }: InputLine, typed: string): InputLine {
  const room = Math.max(0, longest - text.length)
  const clean = cleaned(typed).slice(0, room).toWellFormed()
  return { text: text.slice(0, cursor) + clean + text.slice(cursor), cursor: cursor + clean.length }
}

/** Whether all of it can be inserted. */
export function hasRoom({ text }: InputLine, typed: string): boolean {
  return text.length + cleaned(typed).length <= longest
}

/** The lines of the text, and where the cursor stands in them. */
export function linesIn({ text, cursor }: InputLine): {
  readonly lines: readonly string[]
  readonly row: number
  readonly at: number
} {
  const start = startOf(text, cursor)
  return { lines: text.split('\n'), row: text.slice(0, start).split('\n').length - 1, at: cursor - start }
}

type Edit = (line: InputLine) => InputLine

export const left: Edit = ({ text, cursor }) => ({ text, cursor: cursor - lastCluster(text.slice(0, cursor)).length })
export const right: Edit = ({ text, cursor }) => ({ text, cursor: cursor + firstCluster(text.slice(cursor)).length })
export const home: Edit = ({ text, cursor }) => ({ text, cursor: startOf(text, cursor) })
export const end: Edit = ({ text, cursor }) => ({ text, cursor: endOf(text, cursor) })
export const wordLeft: Edit = ({ text, cursor }) => {
  const [word = ''] = /\S*\s*$/.exec(text.slice(0, cursor)) ?? []
  return { text, cursor: cursor - word.length }
}
export const wordRight: Edit = ({ text, cursor }) => {
  const [word = ''] = /^\s*\S*/.exec(text.slice(cursor)) ?? []
  return { text, cursor: cursor + word.length }
}
/** The same place in the line above or below; null: there is none. */
export const above = (line: InputLine): InputLine | null => inRow(line, -1)
export const below = (line: InputLine): InputLine | null => inRow(line, 1)

/** What stands before the cursor and what stands at it change places; at the end the last two do. */
export const transpose: Edit = (line) => {
  const at = line.cursor === endOf(line.text, line.cursor) ? left(line).cursor : line.cursor
  const second = firstCluster(line.text.slice(at))
  const first = lastCluster(line.text.slice(startOf(line.text, at), at))
  if (first === '' || second === '' || second === '\n') return line
  const start = at - first.length
  const text = line.text.slice(0, start) + second + first + line.text.slice(at + second.length)
  return { text, cursor: at + second.length }
}

export function erase({ text }: InputLine, from: number, to: number): InputLine {
  return { text: text.slice(0, from) + text.slice(to), cursor: from }
}

/** The text without its last character. */
export function eraseLast(text: string): string {
  return text.slice(0, text.length - lastCluster(text).length)
}

/** From where to where each of these takes text away. */
export const spans = {
  'erase-back': (line) => [left(line).cursor, line.cursor],
  'erase-forward': (line) => [line.cursor, right(line).cursor],
  'kill-word-back': (line) => [wordLeft(line).cursor, line.cursor],
  'kill-word-forward': (line) => [line.cursor, wordRight(line).cursor],
  // At the start of a line, the break before it: so that pressing it again takes more.
  'kill-to-start': (line) => [Math.min(home(line).cursor, left(line).cursor), line.cursor],
  'kill-to-end': (line) => [line.cursor, Math.max(end(line).cursor, right(line).cursor)],
} as const satisfies Record<string, (line: InputLine) => readonly [from: number, to: number]>

/** The part of one line that fits into `width` cells around the cursor, and the cell of the cursor within it. A tab is one blank. */
export function windowOf({ text, cursor }: InputLine, width: number): { readonly shown: string; readonly at: number } {
  const line = text.replaceAll('\t', ' ')
  if (widthOf(line) < width) return { shown: line, at: widthOf(line.slice(0, cursor)) }
  const margin = Math.min(8, Math.floor(width / 4), widthOf(line.slice(cursor)))
  const before = tail(line.slice(0, cursor), width - 1 - margin)
  const at = widthOf(before)
  let shown = before
  for (const cluster of clustersOf(line.slice(cursor))) {
    if (widthOf(shown) + widthOf(cluster) > width - 1) break
    shown += cluster
  }
  return { shown, at }
}

function tail(text: string, width: number): string {
  let kept = ''
  let used = 0
  for (const cluster of clustersOf(text).toReversed()) {
    used += widthOf(cluster)
    if (used > width) break
    kept = cluster + kept
  }
  return kept
}

function inRow(line: InputLine, step: 1 | -1): InputLine | null {
  const { lines, row, at } = linesIn(line)
  const other = lines[row + step]
  if (other === undefined) return null
  const before = lines.slice(0, row + step).reduce((sum, each) => sum + each.length + 1, 0)
  let cursor = 0
  for (const cluster of clustersOf(other)) {
    if (cursor + cluster.length > at) break
    cursor += cluster.length
  }
  return { text: line.text, cursor: before + cursor }
}

/** Line feeds and tabs stay. */
function cleaned(typed: string): string {
  return cleanText(typed.replace(/\r\n?|\u2028|\u2029/g, '\n'))
}

function startOf(text: string, cursor: number): number {
  return text.lastIndexOf('\n', cursor - 1) + 1
}

function endOf(text: string, cursor: number): number {
  const at = text.indexOf('\n', cursor)
  return at < 0 ? text.length : at
}

function lastCluster(text: string): string {
  return clustersOf(text).at(-1) ?? ''
}

function firstCluster(text: string): string {
  return clustersOf(text)[0] ?? ''
}
