import { entriesOf, type Pane, type ScreenState } from './screen-state.ts'
import { cut, fit, span, widthOf, type Row, type Tone } from './text-rows.ts'
import type { Entry, InvitationEntry, View } from './view.ts'

const titles = { users: 'HERE', groups: 'GROUPS', invitations: 'INVITATIONS' } as const
type ListPane = keyof typeof titles

/** One of the lists alone, `height` rows of `width` cells. */
export function listAlone(
  view: View,
  state: ScreenState,
  pane: ListPane,
  width: number,
  height: number,
): readonly Row[] {
  const rows = section(view, state, pane, pane, width, pane === 'users' ? height : height + 1)
  const below = pane === 'users' ? rows : rows.slice(1)
  return filled(below, width, height)
}

/** Users, groups and invitations, `height` rows of `width` cells. */
export function sidePanel(view: View, state: ScreenState, width: number, height: number): readonly Row[] {
  const focus = state.focusIn(view)
  const rows: Row[] = []
  const others = [sectionSize(view.groups.length, height), sectionSize(view.invitations.length, height)] as const
  const forUsers = Math.max(3, height - others[0] - others[1])
  rows.push(...section(view, state, 'users', focus, width, forUsers))
  rows.push(...section(view, state, 'groups', focus, width, others[0]))
  rows.push(...section(view, state, 'invitations', focus, width, others[1]))
  return filled(rows, width, height)
}

function filled(rows: readonly Row[], width: number, height: number): readonly Row[] {
  const missing = Array.from({ length: Math.max(0, height - rows.length) }, () => fit([], width))
  return [...rows, ...missing].slice(0, height)
}

/** With its title and a blank row above it; at most a third of the panel. */
function sectionSize(entries: number, height: number): number {
  return entries === 0 ? 0 : Math.min(entries + 2, Math.max(3, Math.floor(height / 3)))
}

function section(
  view: View,
  state: ScreenState,
  pane: ListPane,
  focus: Pane,
  width: number,
  height: number,
): readonly Row[] {
  const list = entriesOf(view, pane)
  if (list.length === 0 || height < 2) return []
  const hasFocus = focus === pane
  const count = pane === 'users' ? view.here : list.length
  const title = pane === 'users' && count === null ? 'TALKS' : titles[pane]
  const head: Row = [
    span(` ${title}`, hasFocus ? 'chosen-quiet' : 'quiet'),
    span(count === null ? '' : ` ${count}`, 'quiet'),
  ]
  const rows: Row[] = pane === 'users' ? [fit(head, width)] : [fit([], width), fit(head, width)]
  const chosen = state.chosenIn(view, pane)
  const room = height - rows.length
  const at = Math.max(
    0,
    list.findIndex(({ key }) => key === chosen),
  )
  const isLong = list.length > room
  const shown = isLong ? room - 1 : room
  const from = Math.max(0, Math.min(at - Math.floor(shown / 2), list.length - shown))
  for (const entry of list.slice(from, from + Math.max(1, shown))) {
    const isChosen = hasFocus && entry.key === chosen
    rows.push('unread' in entry ? entryRow(entry, view, isChosen, width) : invitationRow(entry, isChosen, width))
  }
  if (isLong && shown > 0) rows.push(fit([span(`   ${list.length - shown} more`, 'quiet')], width))
  return rows
}

function entryRow(entry: Entry, view: View, isChosen: boolean, width: number): Row {
  const isOpen = entry.key === view.open.key
  const right = entry.unread > 0 ? ` ${entry.unread > 999 ? '999+' : entry.unread} ` : ''
  const remark = entry.isDistrusted ? ' key!' : entry.isMe ? ' you' : entry.isHere ? '' : ' gone'
  const label = cut(entry.label, Math.max(4, width - 3 - widthOf(right) - widthOf(remark)))
  const tone: Tone = isOpen ? 'chosen-quiet' : entry.isHere ? (entry.unread > 0 ? 'strong' : 'text') : 'quiet'
  const remarkTone: Tone = entry.isDistrusted ? 'alarm' : 'quiet'
  const left: Row = [span(isOpen ? '› ' : '  ', 'accent'), span(label, tone), span(remark, remarkTone)]
  if (isChosen) return fit([span(`${isOpen ? '› ' : '  '}${label}${remark}`, 'chosen')], width, 'chosen')
  return [...fit(left, width - widthOf(right)), span(right, 'accent')]
}

function invitationRow({ label }: InvitationEntry, isChosen: boolean, width: number): Row {
  return fit([span(`  ${cut(label, width - 3)}`, isChosen ? 'chosen' : 'accent')], width, isChosen ? 'chosen' : 'text')
}
