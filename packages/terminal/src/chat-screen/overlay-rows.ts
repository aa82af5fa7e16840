import type { CommandSpec } from '../chat-model/commands.ts'
import type { Bindings } from './bindings.ts'
import { keyRows } from './key-labels.ts'
import { transferRow } from './notices.ts'
import { placesFor, type Overlay } from './overlay.ts'
import type { ScreenState } from './screen-state.ts'
import { countOf } from './side-panel.ts'
import { cut, fit, span, spread, widthOf, wrap, type Row } from './text-rows.ts'
import type { Entry, View } from './view.ts'

/** From here on keys and commands stand beside each other. */
const twoColumns = 110

/** What covers the messages, `height` rows of `width` cells. */
export function overlayRows(
  view: View,
  state: ScreenState,
  overlay: Overlay,
  width: number,
  height: number,
): readonly Row[] {
  const rows =
    overlay.is === 'help'
      ? helpPage(view, state.display.bindings, overlay.top, width, height)
      : overlay.is === 'go-to'
        ? goToRows(view, overlay, width, height)
        : cancelRows(view, overlay, width, height)
  const missing = Array.from({ length: Math.max(0, height - rows.length) }, () => fit([], width))
  return [...rows, ...missing].slice(0, height).map((row) => fit(row, width))
}

/** From which row on the help is seen after scrolling. */
export function helpTop(view: View, bindings: Bindings, width: number, height: number, top: number): number {
  return Math.max(0, Math.min(top, helpRows(view.commands, bindings, width).length - (height - 1)))
}

function helpPage(view: View, bindings: Bindings, wanted: number, width: number, height: number): readonly Row[] {
  const rows = helpRows(view.commands, bindings, width)
  if (rows.length <= height) return rows
  const top = helpTop(view, bindings, width, height, wanted)
  const below = rows.length - top - (height - 1)
  const mark = below > 0 ? ` ↓ ${below} more` : ' the end'
  return [...rows.slice(top, top + height - 1), [span(mark, 'accent')]]
}

/** Keys and commands, from their tables. */
function helpRows(commands: readonly CommandSpec[], bindings: Bindings, width: number): readonly Row[] {
  const keys = keyRows(bindings).map(({ keys: left, note }) => [left, note] as const)
  const typed = [
    ['TEXT', 'says it where the conversation is open'] as const,
    ['//TEXT', 'says what begins with a slash'] as const,
    ...commands.map(({ name, usage, note }) => [`/${name} ${usage}`.trimEnd(), note] as const),
  ]
  if (width < twoColumns) return [...table('KEYS', keys, width), [], ...table('COMMANDS', typed, width)]
  const half = Math.floor(width / 2)
  const [left, right] = [table('KEYS', keys, half), table('COMMANDS', typed, width - half)]
  return Array.from({ length: Math.max(left.length, right.length) }, (_, i) => [
    ...fit(left[i] ?? [], half),
    ...(right[i] ?? []),
  ])
}

function table(
  title: string,
  rows: readonly (readonly [left: string, right: string])[],
  width: number,
): readonly Row[] {
  const widest = Math.max(...rows.map(([left]) => widthOf(left)))
  const column = Math.min(widest, Math.max(12, Math.floor(width * 0.3)))
  const room = Math.max(8, width - column - 4)
  return [
    [span(` ${title}`, 'chosen-quiet')],
    ...rows.flatMap(([left, right]) => {
      const isLong = widthOf(left) > column
      const lines = wrap(right, room)
      const first: Row = [span(` ${cut(left, width - 2)}`, 'strong')]
      const under = (text: string): Row => [span(' '.repeat(column + 3)), span(text)]
      if (isLong) return [first, ...lines.map(under)]
      const [head = '', ...rest] = lines
      return [[...first, span(' '.repeat(column - widthOf(left) + 2)), span(head)], ...rest.map(under)]
    }),
  ]
}

function goToRows(view: View, { query, at }: Overlay & { is: 'go-to' }, width: number, height: number): readonly Row[] {
  const places = placesFor(view, query)
  if (places.length === 0) return [[], [span('  Nobody and nothing here is called that.', 'quiet')]]
  const chosen = Math.min(at, places.length - 1)
  const from = Math.max(0, Math.min(chosen - Math.floor(height / 2), places.length - height))
  return places.slice(from, from + height).map((place, i) => placeRow(place, from + i === chosen, width))
}

function placeRow(entry: Entry, isChosen: boolean, width: number): Row {
  const { title, unread, isCalled, isHere } = entry
  const count = unread > 0 ? `${countOf(entry)} ` : ''
  if (isChosen) {
    const label = `  ${cut(title, width - 10)}`
    const blank = ' '.repeat(Math.max(1, width - widthOf(label) - widthOf(count)))
    return fit([span(`${label}${blank}${count}`, 'chosen')], width)
  }
  const left: Row = [
    span(`  ${cut(title, width - 10)}`, isHere ? 'text' : 'quiet'),
    span(isHere ? '' : ' gone', 'quiet'),
  ]
  return spread(left, [span(count, isCalled ? 'mention' : 'accent')], width)
}

function cancelRows(view: View, { at }: Overlay & { is: 'cancel' }, width: number, height: number): readonly Row[] {
  const { transfers } = view
  if (transfers.length === 0) return [[], [span('  No file is on its way any more.', 'quiet')]]
  const chosen = Math.min(at, transfers.length - 1)
  const from = Math.max(0, Math.min(chosen - Math.floor(height / 2), transfers.length - height + 2))
  const rows = transfers.slice(from, from + Math.max(1, height - 2)).map((transfer, i): Row => {
    const isChosen = from + i === chosen
    return [span(isChosen ? '›' : ' ', 'accent'), ...transferRow(transfer, width - 1)]
  })
  return [[span('  Cancel which file?', 'strong')], [], ...rows]
}
