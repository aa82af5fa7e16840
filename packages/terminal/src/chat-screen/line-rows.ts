import { groupOf, type Line, mentionIn, type Protection } from '@parley/client/conversations'
import { linkedSpans, linksIn } from './links.ts'
import { toneOfName } from './palette.ts'
import { cut, fit, readable, span, widthOf, widthOfRow, wrapReadable, type Row, type Tone } from './text-rows.ts'
import { folded } from './wire-values.ts'

/** What lines look like besides what is in them. */
export interface LineStyle {
  readonly width: number
  readonly me: string
  /** Words that call this user, the name among them. */
  readonly highlights: readonly string[]
  /** The last line that was read before; null: all of them were. */
  readonly readUpTo: number | null
  /** What stands above a line, by its id. */
  readonly gaps: ReadonlyMap<number, string>
  /** Frames of the wire are shown whole. */
  readonly wholeFrames: boolean
}

/** Names and texts stand in columns where there is room for that. */
const roomy = 50
const nameWidth = 10
/** What somebody says within this of what they said before is one speech. */
const speechMs = 300_000
const drawn = new WeakMap<Line, { readonly looks: string; readonly rows: readonly Row[] }>()

/** The word beside a private message. */
const secrecyMarks = {
  sealed: 'sealed',
  unchecked: 'unchecked',
  unsigned: 'unsigned',
  weak: 'weak  ',
  plain: 'plain ',
} satisfies Record<Protection, string>

/**
 * A line as rows of at most `width` cells; `before` is the line above it. Above it stand the day where a new one begins, and where reading stopped. What
 * was drawn once is kept.
 */
export function rowsOf(line: Line, before: Line | undefined, style: LineStyle): readonly Row[] {
  const { width, readUpTo, wholeFrames, gaps } = style
  const gap = gaps.get(line.id)
  const isUnread = isFirstUnread(line, before, readUpTo)
  const looks = `${width} ${before?.id ?? 0} ${isUnread} ${wholeFrames} ${gap ?? ''}`
  const known = drawn.get(line)
  if (known?.looks === looks) return known.rows
  const isGoingOn = !isUnread && gap === undefined && goesOn(line, before)
  const rows = [
    ...(gap === undefined ? [] : [ruleWith(gap, width, 'quiet')]),
    ...dayOf(line, before, width),
    ...(isUnread ? [ruleWith('new', width, 'accent')] : []),
    ...guttered(line, style, isGoingOn ? before! : null),
  ]
  drawn.set(line, { looks, rows })
  return rows
}

/** A line as somebody would copy it. */
export function bareLine(line: Line, me: string): string {
  const name = line.from ?? (line.mine && isMessage(line) ? me : '')
  return `${clock(line.at)} ${name === '' ? '' : `${name}: `}${readable(line.text)}`
}

/** The same rows with time and name where somebody goes on speaking, for a window that does not show where they began. null: they are there already. */
export function headedRows(line: Line, before: Line | undefined, style: LineStyle): readonly Row[] | null {
  if (isFirstUnread(line, before, style.readUpTo) || style.gaps.has(line.id) || !goesOn(line, before)) return null
  return guttered(line, style, null)
}

/** With a column before them, in which a bar shows that this user is meant. */
function guttered(line: Line, style: LineStyle, speech: Line | null): readonly Row[] {
  const gutter = mentionIn(line, style.highlights) === null ? span(' ') : span('▌', 'mention')
  return bodyOf(line, { ...style, width: style.width - 1 }, speech).map((row) => [gutter, ...row])
}

function isFirstUnread(line: Line, before: Line | undefined, readUpTo: number | null): boolean {
  return (
    readUpTo !== null && line.kind !== 'unsent' && line.id > readUpTo && before !== undefined && before.id <= readUpTo
  )
}

/** Whether somebody who has just spoken goes on. */
function goesOn(line: Line, before: Line | undefined): boolean {
  return (
    before !== undefined &&
    isMessage(line) &&
    line.kind === before.kind &&
    line.from === before.from &&
    line.mine === before.mine &&
    line.conversation === before.conversation &&
    line.secrecy === before.secrecy &&
    line.at - before.at < speechMs &&
    day(line.at) === day(before.at)
  )
}

function isMessage({ kind }: Line): boolean {
  return kind === 'broadcast' || kind === 'private' || kind === 'group' || kind === 'mailbox' || kind === 'unsent'
}

/** `speech`: the line before it, where the same one goes on. */
function bodyOf(line: Line, style: LineStyle, speech: Line | null): readonly Row[] {
  const { width } = style
  const time = span(`${clock(line.at)}  `, 'quiet')
  switch (line.kind) {
    case 'broadcast':
    case 'private':
    case 'group':
    case 'mailbox':
    case 'unsent':
      return messageRows(line, style, speech)
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
    case 'wire': {
      if (style.wholeFrames) return hanging([time], line.text, width, 'quiet', 9)
      const short = folded(readable(line.text).replaceAll('\n', ' '))
      return [[time, span(cut(short, Math.max(2, width - widthOfRow([time]))), 'quiet')]]
    }
  }
}

function messageRows(line: Line, { width, me }: LineStyle, speech: Line | null): readonly Row[] {
  const { kind, mine, secrecy, text } = line
  const name = line.from ?? (mine ? me : '')
  const isUnsent = kind === 'unsent'
  const mark = isUnsent ? unsentMark(line) : markOf(line)
  const nameTone: Tone = isUnsent ? 'quiet' : mine ? 'own' : toneOfName(name)
  const textTone: Tone = isUnsent ? 'quiet' : 'text'
  const markTone: Tone = secrecy === 'sealed' || kind === 'mailbox' || isUnsent ? 'quiet' : 'warning'
  if (width < roomy) {
    const behind = mark === '' ? ' ' : ' ('
    const prefix: Row = speech
      ? [span('      ', 'quiet')]
      : [
          span(`${clock(line.at)} `, 'quiet'),
          span(name, nameTone),
          ...(mark === '' ? [] : [span(behind, 'quiet'), span(mark.trim(), markTone), span(')', 'quiet')]),
          span(name === '' ? '' : ': ', 'quiet'),
        ]
    return hanging(prefix, text, width, textTone, 6)
  }
  const column = 7 + nameWidth + 2 + (mark === '' ? 0 : mark.length + 2)
  const shown = speech ? '' : name
  const filled = shown + ' '.repeat(Math.max(0, nameWidth - widthOf(shown)) + 2)
  const time = speech && clock(speech.at) === clock(line.at) ? '     ' : clock(line.at)
  const prefix: Row = [
    span(`${time}  `, 'quiet'),
    span(filled, nameTone),
    ...(mark === '' ? [] : [span(`${mark}  `, markTone)]),
  ]
  return hanging(prefix, text, width, textTone, column)
}

/** To whom, where it was written elsewhere. */
function unsentMark({ to }: Line): string {
  return to === null ? 'unsent' : `unsent to ${cut(to, nameWidth)}`
}

/** How it was protected, or which group it may be of where that is not known. */
function markOf(line: Line): string {
  const { kind, secrecy, mayBe } = line
  if (kind === 'mailbox') return 'mailbox'
  if (mayBe) return `${groupOf(line)}?`
  return secrecy === null ? '' : secrecyMarks[secrecy]
}

/** The text behind the prefix, and every further row under it. A text whose prefix leaves no room begins on the next row. */
function hanging(prefix: Row, text: string, width: number, tone: Tone, indent: number): readonly Row[] {
  const used = widthOfRow(prefix)
  const left = Math.min(indent, Math.max(0, width - 10))
  const isCrowded = width - used < 8
  const shown = readable(text)
  const links = linksIn(shown)
  const spans = wrapReadable(shown, width - left, isCrowded ? width - left : width - used).map((row) =>
    linkedSpans(row.text, row.start, links, tone),
  )
  const under = (row: Row): Row => [span(' '.repeat(left), tone), ...row]
  if (isCrowded) return [fit(prefix, width), ...spans.map(under)]
  return spans.map((row, i) => (i === 0 ? [...prefix, ...row] : under(row)))
}

function dayOf(line: Line, before: Line | undefined, width: number): readonly Row[] {
  if (!before || day(before.at) === day(line.at)) return []
  return [ruleWith(day(line.at), width, 'quiet')]
}

function ruleWith(word: string, width: number, tone: Tone): Row {
  const start = cut(` ── ${word} `, width)
  return [span(start + '─'.repeat(width - widthOf(start)), tone)]
}

function clock(at: number): string {
  const date = new Date(at)
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`
}

const days = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' })

function day(at: number): string {
  return days.format(at)
}
