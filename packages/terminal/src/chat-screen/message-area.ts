import { bareLine, headedRows, rowsOf, type LineStyle } from './line-rows.ts'
import { linesBelow, moved, topOf, windowUpTo, type Place, type Rows, type Scroll } from './scroll.ts'
import type { ScreenState, ScrollBy } from './screen-state.ts'
import { cut, fit, span, widthOf, type Row } from './text-rows.ts'
import type { View } from './view.ts'

/** The messages, `height` rows of `width` cells. */
export function messageRows(view: View, state: ScreenState, width: number, height: number): readonly Row[] {
  if (view.lines.length === 0) return emptyRows(view, width, height)
  const style = styleOf(view, state, width)
  const scroll = scrollOf(view, style)
  const below = linesBelow(scroll, state.place)
  const room = below > 0 ? height - 1 : height
  const shown = headed(view, scroll, style, windowUpTo(scroll, state.place, room)).map((row) => fit(row, width))
  while (shown.length < room) shown.unshift(fit([], width))
  const mark = ` ↓ ${below} ${below === 1 ? 'line' : 'lines'} further down · PgDn, or Esc to the newest`
  return below > 0 ? [...shown, fit([span(cut(mark, width), 'accent')], width)] : shown
}

/** With the name of whoever speaks at the top, on the first line that has room for it, where the line with the name is further up. */
function headed({ lines }: View, scroll: Scroll, style: LineStyle, { rows, index, row }: Rows): readonly Row[] {
  let at = row === 0 ? 0 : scroll.rowsAt(index).length - row
  for (let line = row === 0 ? index : index + 1; line > 0 && at < rows.length; line++) {
    const plain = scroll.rowsAt(line)
    const named = headedRows(lines[line]!, lines[line - 1], style)
    if (!named) return rows
    if (named.length === plain.length) return rows.toSpliced(at, named.length, ...named.slice(0, rows.length - at))
    at += plain.length
  }
  return rows
}

/** Where the messages stand after scrolling. */
export function scrolledIn(
  view: View,
  state: ScreenState,
  { width, height }: { readonly width: number; readonly height: number },
  { place, by }: { readonly place: Place; readonly by: ScrollBy },
): Place {
  const scroll = scrollOf(view, styleOf(view, state, width))
  if (by === 'newest') return null
  if (by === 'top') return topOf(scroll, height)
  const page = Math.max(1, height - 2)
  return moved(scroll, place, by === 'page-up' ? page : by === 'page-down' ? -page : by, height)
}

/** The lines down to where the messages stand, as many as fit if the terminal breaks them itself. */
export function bareLines(view: View, state: ScreenState, width: number, height: number): readonly string[] {
  const { lines, me } = view
  const { place } = state
  const end = place === null ? lines.length : lines.findLastIndex(({ id }) => id <= place.id) + 1
  const shown: string[] = []
  let room = height
  for (const line of lines.slice(0, end).toReversed()) {
    const text = bareLine(line, me)
    room -= text.split('\n').reduce((sum, each) => sum + Math.max(1, Math.ceil(widthOf(each) / width)), 0)
    if (room < 0 && shown.length > 0) break
    shown.unshift(text)
  }
  return shown
}

function emptyRows(view: View, width: number, height: number): readonly Row[] {
  const texts = [`Type to ${purpose(view)}.`, 'F1 lists keys and commands.']
  const above = Math.max(0, Math.floor((height - texts.length) / 2))
  const rows = [
    ...Array.from({ length: above }, () => fit([], width)),
    ...texts.map((text) =>
      fit([span(' '.repeat(Math.max(1, Math.floor((width - widthOf(text)) / 2)))), span(text, 'quiet')], width),
    ),
  ]
  while (rows.length < height) rows.push(fit([], width))
  return rows.slice(0, height)
}

/** What is written is for. */
export function purpose({ open }: View): string {
  return open.key === 'all' ? 'talk to everybody' : `write to ${cut(open.title.slice(1), 32)}`
}

function styleOf({ me, highlights, readUpTo, gaps }: View, state: ScreenState, width: number): LineStyle {
  return { width, me, highlights, readUpTo, gaps, wholeFrames: state.display.areFramesWhole }
}

function scrollOf({ lines }: View, style: LineStyle): Scroll {
  return {
    ids: lines.map(({ id }) => id),
    rowsAt: (index) => rowsOf(lines[index]!, lines[index - 1], style),
  }
}
