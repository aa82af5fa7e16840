import type { Secrecy } from '@parley/client'
import type { Line } from '../chat-model/line.ts'
import { fit, span, widthOf, widthOfRow, wrap, type Row, type Tone } from './text-rows.ts'

/** Names and texts stand in columns where there is room for that. */
const roomy = 50
const nameWidth = 10
const drawn = new WeakMap<Line, { readonly width: number; readonly above: number; readonly rows: readonly Row[] }>()

/** The word beside a private message. */
const secrecyMarks = { sealed: 'sealed', weak: 'weak  ', plain: 'plain ' } satisfies Record<Secrecy, string>

/** A line as rows of at most `width` cells; `before` is the line above it, for the day. What was drawn once is kept. */
export function rowsOf(line: Line, before: Line | undefined, width: number, me: string): readonly Row[] {
  const above = before?.id ?? 0
  const known = drawn.get(line)
  if (known?.width === width && known.above === above) return known.rows
  const rows = [...dayOf(line, before, width), ...bodyOf(line, width, me)]
  drawn.set(line, { width, above, rows })
  return rows
}

function bodyOf(line: Line, width: number, me: string): readonly Row[] {
  const time = span(`${clock(line.at)}  `, 'quiet')
  switch (line.kind) {
    case 'broadcast':
    case 'private':
    case 'group':
    case 'letter':
      return messageRows(line, width, me)
    case 'warning': {
      // What is about one person is about whether they are who they seem; that must not be overlooked.
      const tone = line.conversation.startsWith('@') ? 'alarm' : 'warning'
      const rows = hanging([time, span('! ', tone)], `WARNING: ${line.text}`, width, tone, 9)
      return tone === 'alarm' ? rows.map((row) => fit(row, width, 'alarm')) : rows
    }
    case 'error':
      return hanging([time, span('! ', 'error')], line.text, width, 'error', 9)
    case 'event':
      return hanging([time], line.text, width, 'quiet', 7)
    case 'answer':
      return hanging([time], line.text, width, 'text', 7)
    case 'wire':
      return hanging([time], line.text, width, 'quiet', 9)
  }
}

function messageRows(line: Line, width: number, me: string): readonly Row[] {
  const { kind, mine, secrecy, text } = line
  const name = line.from ?? (mine ? me : '')
  const mark = kind === 'letter' ? 'letter' : secrecy === null ? '' : secrecyMarks[secrecy]
  const nameTone: Tone = mine ? 'own' : 'strong'
  const markTone: Tone = secrecy === 'sealed' || kind === 'letter' ? 'quiet' : 'warning'
  if (width < roomy) {
    const behind = mark === '' ? ' ' : ' ('
    const prefix: Row = [
      span(`${clock(line.at)} `, 'quiet'),
      span(name, nameTone),
      ...(mark === '' ? [] : [span(behind, 'quiet'), span(mark.trim(), markTone), span(')', 'quiet')]),
      span(name === '' ? '' : ': ', 'quiet'),
    ]
    return hanging(prefix, text, width, 'text', 6)
  }
  const column = 7 + nameWidth + 2 + (mark === '' ? 0 : mark.length + 2)
  const filled = name + ' '.repeat(Math.max(0, nameWidth - widthOf(name)) + 2)
  const prefix: Row = [
    span(`${clock(line.at)}  `, 'quiet'),
    span(filled, nameTone),
    ...(mark === '' ? [] : [span(`${mark}  `, markTone)]),
  ]
  return hanging(prefix, text, width, 'text', column)
}

/** The text behind the prefix, and every further row under it. A text whose prefix leaves no room begins on the next row. */
function hanging(prefix: Row, text: string, width: number, tone: Tone, indent: number): readonly Row[] {
  const used = widthOfRow(prefix)
  const left = Math.min(indent, Math.max(0, width - 10))
  const isCrowded = width - used < 8
  const texts = wrap(text, width - left, isCrowded ? width - left : width - used)
  const under = (row: string): Row => [span(' '.repeat(left), tone), span(row, tone)]
  if (isCrowded) return [fit(prefix, width), ...texts.map(under)]
  return texts.map((row, i) => (i === 0 ? [...prefix, span(row, tone)] : under(row)))
}

function dayOf(line: Line, before: Line | undefined, width: number): readonly Row[] {
  if (!before || day(before.at) === day(line.at)) return []
  return [fit([span(`── ${day(line.at)} `, 'quiet'), span('─'.repeat(width), 'quiet')], width)]
}

function clock(at: number): string {
  const date = new Date(at)
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`
}

const days = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' })

function day(at: number): string {
  return days.format(at)
}
