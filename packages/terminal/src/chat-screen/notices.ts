import { byteSize } from '../byte-size.ts'
import type { Transfer } from '../chat-model/transfers.ts'
import type { ScreenState } from './screen-state.ts'
import { cut, fit, span, spread, widthOf, type Row } from './text-rows.ts'
import type { View } from './view.ts'

/** Below this keys stand without words. */
const narrow = 60

/** What needs an answer or is under way, between the messages and the input; the most urgent first, at most `most` rows. */
export function noticeRows(view: View, state: ScreenState, width: number, most: number): readonly Row[] {
  const { pasted, completion } = state
  const rows: Row[] = []
  if (pasted) {
    const question = ` ${pasted.length} lines pasted.  Enter joins them · s sends each · Esc drops them`
    rows.push(fit([span(cut(question, width), 'warning')], width))
  }
  if (view.open.isDistrusted) {
    const name = view.open.title.slice(1)
    const text = ` ! The key of ${name} has changed: nothing is sent. /verify ${name}, then /accept-key ${name}`
    rows.push(fit([span(cut(text, width), 'alarm')], width, 'alarm'))
  }
  if (completion) rows.push(candidateRow(completion, width))
  const [first, ...others] = view.invitations
  if (first) {
    const more = others.length === 0 ? '' : ` (+${others.length})`
    const words = width < narrow ? ['^Y', ' ^X'] : ['^Y accepts', ' · ^X declines']
    const keys = `${more}  ${words[0]}${first.decline === null ? '' : words[1]} `
    const text = cut(` ${first.text}`, Math.max(8, width - widthOf(keys) - 1))
    rows.push(spread([span(text, 'accent')], [span(keys, 'quiet')], width))
  }
  for (const transfer of view.transfers) rows.push(transferRow(transfer, width))
  return rows.slice(0, most)
}

function candidateRow({ candidates, index }: NonNullable<ScreenState['completion']>, width: number): Row {
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

function transferRow({ direction, user, name, bytes, size }: Transfer, width: number): Row {
  const arrow = direction === 'sending' ? '↑' : '↓'
  const done = size === null ? null : size === 0 ? 1 : Math.min(1, bytes / size)
  const amount =
    done === null ? byteSize(bytes) : `${String(Math.floor(done * 100)).padStart(3)} % of ${byteSize(size ?? 0)}`
  const barWidth = width >= 60 && done !== null ? 20 : width >= 34 && done !== null ? 8 : 0
  const filled = Math.round((done ?? 0) * barWidth)
  const bar: Row =
    barWidth === 0 ? [] : [span('━'.repeat(filled), 'accent'), span('─'.repeat(barWidth - filled), 'quiet'), span('  ')]
  const room = width - barWidth - amount.length - 8
  const words = direction === 'sending' ? `${name} to ${user}` : `${name} from ${user}`
  return spread(
    [span(` ${arrow} `, 'accent'), span(cut(words, Math.max(4, room)))],
    [...bar, span(`${amount} `, 'quiet')],
    width,
  )
}
