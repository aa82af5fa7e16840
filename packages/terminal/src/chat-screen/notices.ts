import { byteSize } from '../byte-size.ts'
import { durationOf, stateOf, type Transfer } from '@parley/client/conversations'
import { inputNotices } from './input-notices.ts'
import { keyOf } from './key-labels.ts'
import type { ScreenState } from './screen-state.ts'
import { cut, fit, span, spread, widthOf, widthOfRow, type Row } from './text-rows.ts'
import type { View } from './view.ts'
import type { Writing } from './writing.ts'

/** What needs an answer or is under way, between the messages and the input; the most urgent first, at most `most` rows. */
export function noticeRows(view: View, state: ScreenState, width: number, most: number): readonly Row[] {
  const { completion } = state.writing
  const rows: Row[] = [...inputNotices(view, state, width)]
  if (view.open.isDistrusted) {
    const name = view.open.title.slice(1)
    const text = ` ! The key of ${name} has changed: nothing is sent. /verify ${name}, /accept-key ${name}`
    rows.push(fit([span(cut(text, width), 'alarm')], width, 'alarm'))
  }
  if (completion) rows.push(candidateRow(completion, width))
  if (view.invitations.length > 0) rows.push(invitationRow(view.invitations, state, width))
  const [standing, ...more] = view.letThrough
  if (standing !== undefined) rows.push(standingRow(standing, more.length, width))
  const room = Math.max(0, most - rows.length)
  const { transfers } = view
  const isCrowded = transfers.length > room
  const shown = isCrowded ? Math.max(0, room - 1) : room
  for (const transfer of transfers.slice(0, shown)) rows.push(transferRow(transfer, width))
  const others = `${transfers.length - shown}${shown === 0 ? '' : ' more'} files on their way`
  if (isCrowded) rows.push(fit([span(` ↕ ${others}`, 'quiet')], width))
  return rows.slice(0, most)
}

/** The first one, and the keys that answer it, with as many words as there is room for. */
function invitationRow(invitations: View['invitations'], { display }: ScreenState, width: number): Row {
  const [first, ...others] = invitations
  const text = ` ${first?.text ?? ''}`
  const more = others.length === 0 ? '' : ` (+${others.length})`
  const yes = keyOf('accept', display.bindings) ?? '/accept'
  const no = keyOf('decline', display.bindings) ?? '/decline'
  const forms =
    (first?.decline ?? null) === null ? [`${yes} accepts`, yes] : [`${yes} accepts · ${no} declines`, `${yes} · ${no}`]
  const fits = (form: string) => widthOf(`${text}${more}  ${form} `) < width
  const keys = `${more}  ${forms.find(fits) ?? forms.at(-1)} `
  return spread([span(cut(text, Math.max(8, width - widthOf(keys) - 1)), 'accent')], [span(keys, 'quiet')], width)
}

/** Whoever can reach into this machine's network is not to be forgotten. */
function standingRow(standing: string, more: number, width: number): Row {
  const right: Row = [span(`${more === 0 ? '' : ` (+${more})`}  /tunnel list `, 'quiet')]
  return spread([span(cut(` ⇄ ${standing}`, Math.max(8, width - widthOfRow(right) - 1)), 'warning')], right, width)
}

function candidateRow({ candidates, index }: NonNullable<Writing['completion']>, width: number): Row {
  const words = candidates.map((candidate) => (candidate.startsWith('/') ? lastPart(candidate) : candidate.trim()))
  const from = Math.max(0, index - 2)
  return fit(
    [
      span(' '),
      ...words
        .slice(from, from + 40)
        .flatMap((word, i) => [span(word, from + i === index ? 'chosen' : 'quiet'), span('  ')]),
    ],
    width,
  )
}

function lastPart(candidate: string): string {
  const [, last = candidate] = /^\/\S+ (.+)$/.exec(candidate.trim()) ?? []
  return last
}

/** Which file, how far it is, and what is missing; what there is no room for is left out from the end. */
export function transferRow(transfer: Transfer, width: number): Row {
  const { direction, user, name, bytes, size, state } = transfer
  const arrow = direction === 'sending' ? '↑' : '↓'
  const done = size === null ? null : size === 0 ? 1 : Math.min(1, bytes / size)
  const hasBar = done !== null && state === 'moving'
  const barWidth = !hasBar ? 0 : width >= 60 ? 20 : width >= 34 ? 8 : 0
  const filled = Math.round((done ?? 0) * barWidth)
  const bar: Row =
    barWidth === 0 ? [] : [span('━'.repeat(filled), 'accent'), span('─'.repeat(barWidth - filled), 'quiet'), span('  ')]
  const words = direction === 'sending' ? `${name} to ${user}` : `${name} from ${user}`
  const least = Math.min(widthOf(words), Math.max(4, Math.floor(width / 4)))
  const room = width - barWidth - 8 - least
  const amount = amounts(transfer, done).reduce((text, part) => {
    const longer = text === '' ? part : `${text} · ${part}`
    return text === '' || widthOf(longer) <= room ? longer : text
  }, '')
  return spread(
    [span(` ${arrow} `, 'accent'), span(cut(words, Math.max(4, width - barWidth - widthOf(amount) - 8)))],
    [...bar, span(`${amount} `, 'quiet')],
    width,
  )
}

/** The most important first. */
function amounts(transfer: Transfer, done: number | null): readonly string[] {
  const { bytes, size, state, bytesPerSecond, secondsLeft } = transfer
  if (state !== 'moving') return [stateOf(transfer), ...(size === null ? [] : [byteSize(size)]), 'not sealed']
  return [
    done === null ? byteSize(bytes) : `${String(Math.floor(done * 100)).padStart(3)} % of ${byteSize(size ?? 0)}`,
    ...(bytesPerSecond === null ? [] : [`${byteSize(Math.round(bytesPerSecond))}/s`]),
    ...(secondsLeft === null ? [] : [`${durationOf(secondsLeft)} left`]),
  ]
}
