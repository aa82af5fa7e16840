import { windowOf } from './input-line.ts'
import { inputHeight, inputRows, type InputRows } from './input-rows.ts'
import { bareLines, messageRows, scrolledIn } from './message-area.ts'
import { noticeRows } from './notices.ts'
import { helpTop, overlayRows } from './overlay-rows.ts'
import type { Place } from './scroll.ts'
import type { Pane, ScreenState, ScrollBy } from './screen-state.ts'
import { sidePanel } from './side-panel.ts'
import { statusRow } from './status-row.ts'
import { cut, fit, span, spread, widthOf, type Row } from './text-rows.ts'
import type { View } from './view.ts'

export interface Size {
  readonly columns: number
  readonly rows: number
}

export interface Frame {
  /** As many as the screen is high, each as wide as it is. */
  readonly rows: readonly Row[]
  /** Where something would be written; null: nowhere. */
  readonly cursor: { readonly x: number; readonly y: number } | null
  /** Instead of the rows: lines that the terminal breaks itself, so that what is copied is whole. */
  readonly bare: readonly string[] | null
}

/** Below this the list at the side takes the place of the messages while it is looked at, and is hidden otherwise. */
const narrow = 60

/** The whole screen. */
export function frameOf(view: View, state: ScreenState, size: Size): Frame {
  const { columns, rows } = size
  if (columns < 20 || rows < 6) {
    const text = [
      fit([span('a larger window, please')], columns),
      ...Array.from({ length: rows - 1 }, () => fit([], columns)),
    ]
    return { rows: text.slice(0, rows), cursor: null, bare: null }
  }
  const { display } = state
  if (display.isBare) {
    const blank = Array.from({ length: rows }, () => fit([], columns))
    return { rows: blank, cursor: null, bare: bareLines(view, state, columns, rows - 1) }
  }
  const focus = state.focusIn(view)
  const { panel, isPanelAlone, notices, inputs, width, height } = layoutOf(view, state, size)
  const middle = display.overlay
    ? overlayRows(view, state, display.overlay, columns, height)
    : isPanelAlone
      ? sidePanel(view, state, columns, height)
      : besides(panel === 0 ? null : sidePanel(view, state, panel, height), messageRows(view, state, width, height))
  const input =
    display.overlay?.is === 'go-to' ? goToRow(display.overlay.query, columns) : inputRows(view, state, columns, inputs)
  const seam = display.overlay ? 0 : panel
  const body = [
    headRow(view, focus, columns),
    ...(hasRules(rows) ? [rule(columns, seam, '┬')] : []),
    ...middle,
    ...(hasRules(rows) ? [rule(columns, seam, '┴')] : []),
    ...notices,
    ...input.rows,
    statusRow(view, state, focus, columns),
  ]
  const isWriting = display.overlay
    ? display.overlay.is === 'go-to'
    : focus === 'input' || state.writing.search !== null
  const { x, y } = input.cursor
  const cursor = isWriting ? { x, y: rows - 1 - input.rows.length + y } : null
  return { rows: body, cursor, bare: null }
}

/** Where the messages stand after scrolling. */
export function scrolled(view: View, state: ScreenState, size: Size, place: Place, by: ScrollBy): Place {
  return scrolledIn(view, state, layoutOf(view, state, size), { place, by })
}

/** From which row on the help is seen after scrolling. */
export function helpScrolled(view: View, state: ScreenState, size: Size, top: number, by: number): number {
  const { height } = layoutOf(view, state, size)
  const limit = (row: number) => helpTop(view, state.display.bindings, size.columns, height, row)
  return limit(limit(top) + by)
}

interface Layout {
  /** Cells; 0: it is not beside the messages. */
  readonly panel: number
  /** It is instead of them. */
  readonly isPanelAlone: boolean
  readonly notices: readonly Row[]
  /** Rows of what is being written. */
  readonly inputs: number
  /** Of the messages. */
  readonly width: number
  readonly height: number
}

function layoutOf(view: View, state: ScreenState, { columns, rows }: Size): Layout {
  const focus = state.focusIn(view)
  const isInList = focus !== 'input' && focus !== 'messages'
  const isTurned = state.display.isPanelTurned
  const isNarrow = columns < narrow
  const isShown = isInList || isTurned === isNarrow
  const panel = isNarrow || !isShown ? 0 : columns < 100 ? 20 : 26
  const notices = noticeRows(view, state, columns, rows < 10 ? 1 : rows < 16 ? 2 : 5)
  const inputs = state.display.overlay?.is === 'go-to' ? 1 : inputHeight(state, rows)
  return {
    panel,
    isPanelAlone: isNarrow && isShown,
    notices,
    inputs,
    width: columns - (panel === 0 ? 0 : panel + 1),
    height: rows - notices.length - inputs - (hasRules(rows) ? 4 : 2),
  }
}

function besides(panel: readonly Row[] | null, messages: readonly Row[]): readonly Row[] {
  return panel ? messages.map((row, i) => [...(panel[i] ?? []), span('│', 'quiet'), ...row]) : messages
}

function headRow(view: View, focus: Pane, width: number): Row {
  const { open, raw } = view
  const title = open.key === 'all' ? 'everybody' : open.title
  const count = open.key === 'all' && view.here !== null ? `  ${view.here} here` : ''
  const right: Row = [
    ...(raw ? [span('raw · ', 'accent')] : []),
    span(`${open.protection} `, open.isDistrusted ? 'alarm' : open.isProtected ? 'accent' : 'quiet'),
  ]
  const tone = focus === 'messages' ? 'chosen' : 'strong'
  return spread(
    [span(` ${cut(title, Math.max(8, width - 24))}${focus === 'messages' ? ' ' : ''}`, tone), span(count, 'quiet')],
    right,
    width,
  )
}

function goToRow(query: string, width: number): InputRows {
  const prompt = ' go to › '
  const { shown, at } = windowOf({ text: query, cursor: query.length }, width - widthOf(prompt))
  return { rows: [fit([span(prompt, 'accent'), span(shown)], width)], cursor: { x: widthOf(prompt) + at, y: 0 } }
}

function rule(width: number, panel: number, junction: string): Row {
  const line = panel === 0 ? '─'.repeat(width) : `${'─'.repeat(panel)}${junction}${'─'.repeat(width - panel - 1)}`
  return [span(line, 'quiet')]
}

function hasRules(rows: number): boolean {
  return rows >= 10
}
