import { linesIn, windowOf } from './input-line.ts'
import { purpose } from './message-area.ts'
import type { ScreenState } from './screen-state.ts'
import { cut, fit, span, widthOf, type Row, type Tone } from './text-rows.ts'
import type { View } from './view.ts'
import type { Writing } from './writing.ts'

export interface InputRows {
  readonly rows: readonly Row[]
  /** Where something would be written, within these rows. */
  readonly cursor: { readonly x: number; readonly y: number }
}

/** At most so many rows of what is being written, on a screen of so many. */
export function inputHeight(state: ScreenState, rows: number): number {
  return state.writing.search
    ? 1
    : Math.min(linesIn(state.input).lines.length, Math.max(1, Math.min(8, Math.floor(rows / 4))))
}

/** What is being written, `height` rows of it around the cursor. */
export function inputRows(view: View, state: ScreenState, width: number, height: number): InputRows {
  if (state.writing.search) return searchRow(state.writing.search, width)
  const to = cut(view.open.key === 'all' ? 'everybody' : view.open.title, Math.max(6, Math.floor(width / 3)))
  const prompt = ` ${to} › `
  const room = width - widthOf(prompt)
  const tone: Tone = view.open.isDistrusted ? 'alarm' : state.focusIn(view) === 'input' ? 'accent' : 'quiet'
  if (state.input.text === '') {
    const hint = view.lines.length > 0 ? `Type to ${purpose(view)}.` : ''
    const row = fit([span(prompt, tone), span(cut(hint, room), 'quiet')], width)
    return { rows: [row], cursor: { x: widthOf(prompt), y: 0 } }
  }
  const { lines, row, at } = linesIn(state.input)
  const from = Math.max(0, Math.min(row - Math.floor(height / 2), lines.length - height))
  const current = windowOf({ text: lines[row] ?? '', cursor: at }, room)
  const rows = lines.slice(from, from + height).map((line, i) => {
    const { shown } = from + i === row ? current : windowOf({ text: line, cursor: 0 }, room)
    return fit([i === 0 ? span(prompt, tone) : span(' '.repeat(widthOf(prompt))), span(shown)], width)
  })
  return { rows, cursor: { x: widthOf(prompt) + current.at, y: row - from } }
}

function searchRow({ query, found }: NonNullable<Writing['search']>, width: number): InputRows {
  const prompt = ' typed before › '
  const { shown, at } = windowOf(
    { text: query, cursor: query.length },
    Math.max(8, Math.floor(width / 2) - widthOf(prompt)),
  )
  const answer = query === '' ? 'type a part of it · ^R older · Enter takes it' : (found ?? 'nothing has this in it')
  const find = `   ${answer.replaceAll(/[\n\t]/g, ' ')}`
  return {
    rows: [
      fit([span(prompt, 'accent'), span(shown), span(cut(find, width), found === null ? 'quiet' : 'strong')], width),
    ],
    cursor: { x: widthOf(prompt) + at, y: 0 },
  }
}
