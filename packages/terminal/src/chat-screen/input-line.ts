import { cleanLine } from '../clean-text.ts'
import { clustersOf, widthOf } from './text-rows.ts'

/** What is being written. `cursor` counts UTF-16 units and never stands within what a reader sees as one character. */
export interface InputLine {
  readonly text: string
  readonly cursor: number
}

export const emptyLine: InputLine = { text: '', cursor: 0 }
/** No protocol takes longer frames than 64 KiB. */
const longest = 60_000

export function lineOf(text: string): InputLine {
  return { text, cursor: text.length }
}

export function insert({ text, cursor }: InputLine, typed: string): InputLine {
  const room = Math.max(0, longest - text.length)
  const clean = cleanLine(typed).slice(0, room).toWellFormed()
  return { text: text.slice(0, cursor) + clean + text.slice(cursor), cursor: cursor + clean.length }
}

type Edit = (line: InputLine) => InputLine

export const left: Edit = ({ text, cursor }) => ({ text, cursor: cursor - lastCluster(text.slice(0, cursor)).length })
export const right: Edit = ({ text, cursor }) => ({ text, cursor: cursor + firstCluster(text.slice(cursor)).length })
export const home: Edit = ({ text }) => ({ text, cursor: 0 })
export const end: Edit = ({ text }) => lineOf(text)
export const wordLeft: Edit = ({ text, cursor }) => ({ text, cursor: cursor - wordBefore(text, cursor) })
export const wordRight: Edit = ({ text, cursor }) => {
  const [word = ''] = /^\s*\S*/.exec(text.slice(cursor)) ?? []
  return { text, cursor: cursor + word.length }
}
export const eraseBack: Edit = (line) => eraseBetween(line, left(line).cursor, line.cursor)
export const eraseForward: Edit = (line) => eraseBetween(line, line.cursor, right(line).cursor)
export const eraseWord: Edit = (line) => eraseBetween(line, wordLeft(line).cursor, line.cursor)
export const eraseToStart: Edit = (line) => eraseBetween(line, 0, line.cursor)
export const eraseToEnd: Edit = (line) => eraseBetween(line, line.cursor, line.text.length)

/** The part that fits into `width` cells around the cursor, and the cell of the cursor within it. */
export function windowOf({ text, cursor }: InputLine, width: number): { readonly shown: string; readonly at: number } {
  if (widthOf(text) < width) return { shown: text, at: widthOf(text.slice(0, cursor)) }
  const margin = Math.min(8, Math.floor(width / 4), widthOf(text.slice(cursor)))
  const before = tail(text.slice(0, cursor), width - 1 - margin)
  const at = widthOf(before)
  let shown = before
  for (const cluster of clustersOf(text.slice(cursor))) {
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

function eraseBetween({ text }: InputLine, from: number, to: number): InputLine {
  return { text: text.slice(0, from) + text.slice(to), cursor: from }
}

function wordBefore(text: string, cursor: number): number {
  return /\S*\s*$/.exec(text.slice(0, cursor))?.[0].length ?? 0
}

function lastCluster(text: string): string {
  return clustersOf(text).at(-1) ?? ''
}

function firstCluster(text: string): string {
  return clustersOf(text)[0] ?? ''
}
