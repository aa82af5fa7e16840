import { entriesOf, type Pane, type ScreenState } from './screen-state.ts'
import { cut, fit, span, widthOf, type Row, type Tone } from './text-rows.ts'
import type { Entry, InvitationEntry, View } from './view.ts'

const titles = { talks: 'TALKS', users: 'HERE', invitations: 'INVITATIONS' } as const
const lists = ['talks', 'users', 'invitations'] as const
type ListPane = (typeof lists)[number]

/** Conversations, then who is here, then invitations; `height` rows of `width` cells. */
export function sidePanel(view: View, state: ScreenState, width: number, height: number): readonly Row[] {
  const focus = state.focusIn(view)
  const wanted = new Map(lists.map((pane) => [pane, sizeOf(entriesOf(view, pane).length, pane)]))
  const heights = shares(wanted, focus, height)
  const rows = lists.flatMap((pane) => {
    const room = heights.get(pane) ?? 0
    return room < 2
      ? []
      : section(view, state, { pane, hasFocus: focus === pane, isFirst: pane === 'talks', width, height: room })
  })
  const missing = Array.from({ length: Math.max(0, height - rows.length) }, () => fit([], width))
  return [...rows, ...missing].slice(0, height)
}

/** With its title, and a blank row above it unless it is the first one. */
function sizeOf(entries: number, pane: ListPane): number {
  return entries === 0 ? 0 : entries + (pane === 'talks' ? 1 : 2)
}

/** Of the panel at most, where others want room as well; the list with the focus comes first. */
const parts = { talks: 0.6, invitations: 1 / 3, users: 0.6 } satisfies Record<ListPane, number>

/** How many rows each list gets. */
function shares(wanted: ReadonlyMap<ListPane, number>, focus: Pane, height: number): ReadonlyMap<ListPane, number> {
  const order = (['talks', 'invitations', 'users'] as const).toSorted(
    (one, other) => Number(other === focus) - Number(one === focus),
  )
  const given = new Map<ListPane, number>()
  let left = height
  const give = (pane: ListPane, most: number) => {
    const had = given.get(pane) ?? 0
    const rows = Math.min(wanted.get(pane) ?? 0, had + left, most)
    if (rows < 2) return
    given.set(pane, rows)
    left -= rows - had
  }
  for (const pane of order)
    give(pane, pane === focus && height < 8 ? height : Math.max(3, Math.floor(height * parts[pane])))
  for (const pane of ['users', 'talks', 'invitations'] as const) give(pane, height)
  return given
}

interface Section {
  readonly pane: ListPane
  readonly hasFocus: boolean
  readonly isFirst: boolean
  readonly width: number
  readonly height: number
}

function section(view: View, state: ScreenState, { pane, hasFocus, isFirst, width, height }: Section): readonly Row[] {
  const list = entriesOf(view, pane)
  if (list.length === 0) return []
  const head: Row = [
    span(` ${titles[pane]}`, hasFocus ? 'chosen-quiet' : 'quiet'),
    span(pane === 'talks' ? '' : ` ${list.length}`, 'quiet'),
  ]
  const rows: Row[] = isFirst ? [fit(head, width)] : [fit([], width), fit(head, width)]
  const chosen = state.chosenIn(view, pane)
  const room = height - rows.length
  const isLong = list.length > room
  const shown = isLong ? Math.max(1, room - 1) : room
  for (const index of shownOf(list, shown, hasFocus ? chosen : view.open.key)) {
    const entry = list[index]!
    const isChosen = hasFocus && entry.key === chosen
    const number = pane === 'talks' && index < 9 ? String(index + 1) : ' '
    rows.push(
      'unread' in entry
        ? entryRow(entry, view, {
            isChosen,
            hasDraft: pane === 'talks' && state.writing.isBegun(entry.key),
            number,
            width,
          })
        : invitationRow(entry, isChosen, width),
    )
  }
  if (isLong && room > 1) rows.push(fit([span(`   ${list.length - shown} more`, 'quiet')], width))
  return rows
}

/** Which of a list that is too long are shown: what waits first, then what is around the chosen one; in the order of the list. */
function shownOf(list: readonly (Entry | InvitationEntry)[], most: number, key: string | null): readonly number[] {
  const all = list.map((_, index) => index)
  if (list.length <= most) return all
  const at = Math.max(
    0,
    list.findIndex((entry) => entry.key === key),
  )
  const waits = (index: number) => {
    const entry = list[index]!
    return index === at ? 0 : 'unread' in entry && entry.unread > 0 ? (entry.isCalled ? 1 : 2) : 3
  }
  return all
    .toSorted((one, other) => waits(one) - waits(other) || Math.abs(one - at) - Math.abs(other - at))
    .slice(0, most)
    .toSorted((one, other) => one - other)
}

interface EntryLooks {
  readonly isChosen: boolean
  /** Something is written to them and not sent. */
  readonly hasDraft: boolean
  readonly number: string
  readonly width: number
}

function entryRow(entry: Entry, view: View, { isChosen, hasDraft, number, width }: EntryLooks): Row {
  const isOpen = entry.key === view.open.key
  const right = entry.unread > 0 ? ` ${countOf(entry)} ` : ''
  const remark = entry.isDistrusted
    ? ' key!'
    : hasDraft && !isOpen
      ? ' draft'
      : entry.isMe
        ? ' you'
        : entry.isHere
          ? ''
          : ' gone'
  const label = cut(entry.label, Math.max(4, width - 3 - widthOf(right) - widthOf(remark)))
  const tone: Tone = isOpen ? 'chosen-quiet' : entry.isHere ? (entry.unread > 0 ? 'strong' : 'text') : 'quiet'
  const remarkTone: Tone = entry.isDistrusted ? 'alarm' : 'quiet'
  const start = isOpen ? '›' : number
  if (isChosen) return fit([span(`${start} ${label}${remark}`, 'chosen'), span(right, 'chosen')], width, 'chosen')
  const left: Row = [span(start, isOpen ? 'accent' : 'quiet'), span(' '), span(label, tone), span(remark, remarkTone)]
  return [...fit(left, width - widthOf(right)), span(right, entry.isCalled ? 'mention' : 'accent')]
}

/** How much is unread, with a mark where this user is named; what is private is for nobody else anyway. */
export function countOf({ key, unread, isCalled }: Pick<Entry, 'key' | 'unread' | 'isCalled'>): string {
  return `${isCalled && !key.startsWith('@') ? '!' : ''}${unread > 999 ? '999+' : unread}`
}

function invitationRow({ label }: InvitationEntry, isChosen: boolean, width: number): Row {
  return fit([span(`  ${cut(label, width - 3)}`, isChosen ? 'chosen' : 'accent')], width, isChosen ? 'chosen' : 'text')
}
