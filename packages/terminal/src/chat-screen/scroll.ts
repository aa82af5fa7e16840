import type { Row } from './text-rows.ts'

/** The lowest row that is seen: this line, and within it this row. null: the newest, whatever comes. */
export type Place = { readonly id: number; readonly row: number } | null

/** Lines in the order of their ids, drawn when they are needed. */
export interface Scroll {
  readonly ids: readonly number[]
  rowsAt(index: number): readonly Row[]
}

/** Rows of lines, from top to bottom. */
export interface Rows {
  readonly rows: readonly Row[]
  /** Which line the first row is of, and which row of it; -1: there is none. */
  readonly index: number
  readonly row: number
}

/** The last `height` rows down to the place; fewer where there are no more. */
export function rowsUpTo(scroll: Scroll, place: Place, height: number): readonly Row[] {
  return windowUpTo(scroll, place, height).rows
}

/** The same, and where they begin. */
export function windowUpTo(scroll: Scroll, place: Place, height: number): Rows {
  let { index, row } = locate(scroll, place)
  const found: Row[] = []
  let first = { index: -1, row: 0 }
  for (; index >= 0 && found.length < height; index--, row = Infinity) {
    const rows = scroll.rowsAt(index)
    for (let i = Math.min(row, rows.length - 1); i >= 0 && found.length < height; i--) {
      found.push(rows[i]!)
      first = { index, row: i }
    }
  }
  return { rows: found.toReversed(), ...first }
}

/** `by` rows further up, or down where it is negative. Never so far up that rows stay empty. */
export function moved(scroll: Scroll, place: Place, by: number, height: number): Place {
  let { index, row } = locate(scroll, place)
  if (index < 0) return null
  row -= by
  while (row < 0 && index > 0) row += scroll.rowsAt(--index).length
  while (index < scroll.ids.length && row >= scroll.rowsAt(index).length) row -= scroll.rowsAt(index++).length
  if (index >= scroll.ids.length) return null
  const at = { id: scroll.ids[index]!, row: Math.max(0, row) }
  const missing = height - rowsUpTo(scroll, at, height).length
  if (missing > 0) return by > 0 ? moved(scroll, at, -missing, 0) : null
  return isLast(scroll, at) ? null : at
}

/** The place as far up as there is something. */
export function topOf(scroll: Scroll, height: number): Place {
  return scroll.ids.length === 0 ? null : moved(scroll, { id: scroll.ids[0]!, row: 0 }, 1, height)
}

/** How many lines came behind the place. */
export function linesBelow(scroll: Scroll, place: Place): number {
  return place === null ? 0 : scroll.ids.length - 1 - locate(scroll, place).index
}

function isLast(scroll: Scroll, place: NonNullable<Place>): boolean {
  const last = scroll.ids.length - 1
  return place.id === scroll.ids[last] && place.row >= scroll.rowsAt(last).length - 1
}

function locate(scroll: Scroll, place: Place): { index: number; row: number } {
  const last = scroll.ids.length - 1
  if (place === null) return { index: last, row: last < 0 ? 0 : scroll.rowsAt(last).length - 1 }
  const index = scroll.ids.findLastIndex((id) => id <= place.id)
  // What was forgotten meanwhile was further up.
  if (index < 0) return { index: last < 0 ? -1 : 0, row: 0 }
  return { index, row: scroll.ids[index] === place.id ? place.row : scroll.rowsAt(index).length - 1 }
}
