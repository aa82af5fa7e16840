import { windowOf } from './input-line.ts'
import { rowsOf } from './line-rows.ts'
import { noticeRows } from './notices.ts'
import { linesBelow, moved, rowsUpTo, topOf, type Place, type Scroll } from './scroll.ts'
import type { Pane, ScreenState, ScrollBy } from './screen-state.ts'
import { listAlone, sidePanel } from './side-panel.ts'
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
}

/** Below this the list at the side takes the place of the messages while it has the focus, and is hidden otherwise. */
const narrow = 60

/** The whole screen. */
export function frameOf(view: View, state: ScreenState, size: Size): Frame {
  const { columns, rows } = size
  if (columns < 20 || rows < 6) {
    const text = [
      fit([span('a larger window, please')], columns),
      ...Array.from({ length: rows - 1 }, () => fit([], columns)),
    ]
    return { rows: text.slice(0, rows), cursor: null }
  }
  const focus = state.focusIn(view)
  const notices = noticeRows(view, state, columns, noticeLimit(rows))
  const panel = panelWidth(columns)
  const height = middleHeight(size, notices.length)
  const middle =
    panel === 0 && focus !== 'input' && focus !== 'messages'
      ? listAlone(view, state, focus, columns, height)
      : besides(
          panel === 0 ? null : sidePanel(view, state, panel, height),
          messageRows(view, state, columns - gap(panel), height),
        )
  const input = inputRow(view, state, columns)
  const body = [
    ...(hasRules(rows) ? [headRow(view, focus, columns), rule(columns, panel, '┬')] : [headRow(view, focus, columns)]),
    ...middle,
    ...(hasRules(rows) ? [rule(columns, panel, '┴')] : []),
    ...notices,
    input.row,
    statusRow(view, focus, columns),
  ]
  const cursor = focus === 'input' && !state.pasted ? { x: input.cursor, y: body.length - 2 } : null
  return { rows: body, cursor }
}

/** Where the messages stand after scrolling. */
export function scrolled(view: View, state: ScreenState, size: Size, place: Place, by: ScrollBy): Place {
  const height = middleHeight(size, noticeRows(view, state, size.columns, noticeLimit(size.rows)).length)
  const scroll = scrollOf(view, size.columns - gap(panelWidth(size.columns)) - 1)
  if (by === 'newest') return null
  if (by === 'top') return topOf(scroll, height)
  const page = Math.max(1, height - 2)
  return moved(scroll, place, by === 'page-up' ? page : by === 'page-down' ? -page : by, height)
}

function messageRows(view: View, state: ScreenState, width: number, height: number): readonly Row[] {
  if (view.lines.length === 0) return emptyRows(view, width, height)
  const scroll = scrollOf(view, width - 1)
  const below = linesBelow(scroll, state.place)
  const rows = rowsUpTo(scroll, state.place, below > 0 ? height - 1 : height).map((row) =>
    fit([span(' '), ...row], width),
  )
  while (rows.length < (below > 0 ? height - 1 : height)) rows.unshift(fit([], width))
  const mark = `${below} ${below === 1 ? 'line' : 'lines'} further down · PgDn, or Esc to the newest`
  return below > 0 ? [...rows, fit([span(cut(` ↓ ${mark}`, width), 'accent')], width)] : rows
}

function emptyRows(view: View, width: number, height: number): readonly Row[] {
  const texts = [`Type to ${purpose(view)}.`, '/help lists commands.']
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

function scrollOf({ lines, me }: View, width: number): Scroll {
  return {
    ids: lines.map(({ id }) => id),
    rowsAt: (index) => rowsOf(lines[index]!, lines[index - 1], width, me),
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

function inputRow(view: View, state: ScreenState, width: number): { readonly row: Row; readonly cursor: number } {
  const to = cut(view.open.key === 'all' ? 'everybody' : view.open.title, Math.max(6, Math.floor(width / 3)))
  const prompt = ` ${to} › `
  const room = width - widthOf(prompt)
  const { shown, at } = windowOf(state.input, room)
  const tone = view.open.isDistrusted ? 'alarm' : state.focusIn(view) === 'input' ? 'accent' : 'quiet'
  const placeholder = `Type to ${purpose(view)}. /help lists commands.`
  const hint = state.input.text === '' && view.lines.length > 0 ? span(cut(placeholder, room), 'quiet') : span(shown)
  return { row: fit([span(prompt, tone), hint], width), cursor: widthOf(prompt) + at }
}

function purpose({ open }: View): string {
  return open.key === 'all' ? 'talk to everybody' : `write to ${cut(open.title.slice(1), 32)}`
}

const keyHints = {
  input: 'Tab panes · /help',
  messages: '↑↓ scroll · Tab next',
  users: '↑↓ choose · Enter opens',
  groups: '↑↓ choose · Enter opens',
  invitations: 'a accepts · d declines',
} satisfies Record<Pane, string>

function statusRow(view: View, focus: Pane, width: number): Row {
  const { connection, me, protocol, server, unread } = view
  const where = server === null ? '' : ` · ${server}`
  const left: Row = [span(` ${me}`, 'strong'), span(` · ${protocol}${where}`, 'quiet')]
  const news: Row = unread > 0 ? [span(`${unread} unread ^N `, 'accent')] : []
  if (connection.is === 'connected') {
    const full: Row = [...news, span(` ${keyHints[focus]} `, 'quiet')]
    const isRoomy =
      widthOf(` ${me} · ${protocol}${where}`) + full.reduce((sum, { text }) => sum + widthOf(text), 0) < width
    return spread(left, isRoomy ? full : news, width)
  }
  const text = connection.is === 'closed' ? 'disconnected · ^C leaves' : `reconnecting (attempt ${connection.attempt})`
  const short = fit(
    left,
    Math.max(1, Math.min(widthOf(left.map((each) => each.text).join('')), width - widthOf(text) - 3)),
  )
  return spread(short, [span(` ${text} `, 'alarm')], width)
}

function rule(width: number, panel: number, junction: string): Row {
  const line = panel === 0 ? '─'.repeat(width) : `${'─'.repeat(panel)}${junction}${'─'.repeat(width - panel - 1)}`
  return [span(line, 'quiet')]
}

function panelWidth(columns: number): number {
  return columns < narrow ? 0 : columns < 100 ? 20 : 26
}

/** The panel and the line beside it. */
function gap(panel: number): number {
  return panel === 0 ? 0 : panel + 1
}

function hasRules(rows: number): boolean {
  return rows >= 10
}

function noticeLimit(rows: number): number {
  return rows < 10 ? 1 : rows < 16 ? 2 : 5
}

function middleHeight({ rows }: Size, notices: number): number {
  return rows - notices - (hasRules(rows) ? 5 : 3)
}
