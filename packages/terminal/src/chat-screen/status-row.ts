import { keyOf } from './key-labels.ts'
import type { Pane, ScreenState } from './screen-state.ts'
import { countOf } from './side-panel.ts'
import { fit, span, spread, widthOfRow, type Row } from './text-rows.ts'
import type { Entry, View } from './view.ts'

/** Who one is and where, what waits elsewhere, and the keys that help now. What waits comes before all else. */
export function statusRow(view: View, state: ScreenState, focus: Pane, width: number): Row {
  const { connection, me, protocol, server } = view
  const where = server === null ? '' : ` · ${server}`
  const whole: Row = [span(` ${me}`, 'strong'), span(` · ${protocol}${where}`, 'quiet')]
  if (connection.is !== 'connected') {
    const text =
      connection.is === 'closed' ? 'disconnected · ^D leaves' : `reconnecting (attempt ${connection.attempt})`
    const alarm: Row = [span(` ${text} `, 'alarm')]
    return spread(fit(whole, Math.max(1, Math.min(widthOfRow(whole), width - widthOfRow(alarm) - 1))), alarm, width)
  }
  const hints: Row = [span(` ${hintOf(focus, state)} `, 'quiet')]
  const waiting = view.talks.filter(({ key, unread }) => unread > 0 && key !== view.open.key)
  const news = state.display.overlay ? [] : newsOf(waiting, keyOf('next-unread', state.display.bindings), width)
  const fits = (left: Row, right: Row) => widthOfRow(left) + widthOfRow(right) < width
  const rights = state.display.overlay ? [hints] : [[...news, ...hints], news]
  const lefts = [whole, whole.slice(0, 1), []]
  for (const left of lefts) for (const right of rights) if (fits(left, right)) return spread(left, right, width)
  return fit(whole, width)
}

/** The conversations that wait, those first in which this user is meant, as many as half the row holds. */
function newsOf(waiting: readonly Entry[], key: string | null, width: number): Row {
  if (waiting.length === 0) return []
  const sorted = waiting.toSorted((one, other) => Number(other.isCalled) - Number(one.isCalled))
  const total = waiting.reduce((sum, { unread }) => sum + unread, 0)
  const end: Row = [span(`${key === null ? '' : ` ${key}`} `, 'quiet')]
  const all: Row = [span(`${total > 999 ? '999+' : total} unread`, 'accent'), ...end]
  const named: Row[] = []
  for (const entry of sorted) {
    const one: Row = [span(`${entry.label} ${countOf(entry)}`, entry.isCalled ? 'mention' : 'accent')]
    const more = sorted.length - named.length - 1
    const rest: Row = more > 0 ? [span(` +${more}`, 'accent')] : []
    const next = [...named.flat(), span(named.length > 0 ? ' · ' : '', 'quiet'), ...one]
    if (widthOfRow([...next, ...rest, ...end]) > Math.max(width / 2, 30)) break
    named.push(named.length > 0 ? [span(' · ', 'quiet'), ...one] : one)
  }
  if (named.length === 0) return all
  const missing = sorted.length - named.length
  return [...named.flat(), ...(missing > 0 ? [span(` +${missing}`, 'accent')] : []), ...end]
}

const paneHints = {
  messages: '↑↓ scroll · Tab next',
  talks: '↑↓ choose · Enter opens',
  users: '↑↓ choose · Enter opens',
  invitations: 'a accepts · d declines',
} satisfies Record<Exclude<Pane, 'input'>, string>

function hintOf(focus: Pane, { display }: ScreenState): string {
  if (display.overlay) return overlayHints[display.overlay.is]
  if (focus !== 'input') return paneHints[focus]
  const help = keyOf('help', display.bindings)
  const goTo = keyOf('go-to', display.bindings)
  return [help === null ? '/help' : `${help} help`, ...(goTo === null ? [] : [`${goTo} go to`])].join(' · ')
}

const overlayHints = {
  help: '↑↓ scroll · Esc closes',
  'go-to': '↑↓ choose · Enter opens · Esc',
  cancel: '↑↓ choose · Enter cancels · Esc keeps',
} as const
