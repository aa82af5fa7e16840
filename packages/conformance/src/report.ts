import { sideBySide } from './side-by-side.ts'
import type { PlacedFailure } from './verdict.ts'

const maxConversation = 12
const maxHeard = 8
const maxLine = 240

/** What a failure is of: a transcript, or a demand on a client. */
export interface Reported {
  readonly file: string
  /** The sentences of a document or the rulings. */
  readonly proves: readonly string[]
  /** What such a failure usually means. */
  readonly meaning?: string | undefined
}

/**
 * A failure for people who have never seen a transcript, some lines of text without a line end:
 * where, what the document says, what was said before, what was expected, what came, the bytes of
 * both side by side, and what that usually means.
 */
export function reportFailure({ file, proves, meaning }: Reported, failure: PlacedFailure): string {
  const { place, problem, expected, heard, meanings, conversation, bytes, aside = [] } = failure
  const stands = meanings.map(({ name, text }) => `  where <${name}> stands for ${visible(text)}`)
  const source = place.source === '' || expected.includes(place.source) ? [] : [indented(place.source)]
  return [
    `${file}${place.line > 0 ? `:${place.line}` : ''}: ${visible(problem)}`,
    ...part('What the document or a ruling says:', proves.map(indented)),
    ...part('The conversation until then ("->" was sent to the server, "<-" came from it):', [
      ...(conversation.length > maxConversation ? [`  … ${conversation.length - maxConversation} lines before`] : []),
      ...conversation.slice(-maxConversation).map(indented),
    ]),
    ...part(`Line ${place.line} of the transcript is:`, source),
    ...part('It expects:', [...expected.map(indented), ...stands]),
    ...part('What came:', cut(heard).map(indented)),
    ...part('Byte for byte:', bytes ? sideBySide(bytes.expected, bytes.received) : []),
    ...part('That usually means:', meaning === undefined ? [] : [`  ${meaning}`]),
    ...part('Set aside, because it concerns others on this server:', aside.map(indented)),
  ].join('\n')
}

function part(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines]
}

function cut(lines: readonly string[]): readonly string[] {
  if (lines.length <= maxHeard) return lines
  return [...lines.slice(0, maxHeard), `… ${lines.length - maxHeard} lines more`]
}

function indented(line: string): string {
  const more = line.length > maxLine ? ` … ${line.length} characters in all` : ''
  return `  ${visible(line.slice(0, maxLine))}${more}`
}

/**
 * A server under test may send anything, also what a terminal would obey; and a blank at the end
 * must be seen.
 */
export function visible(text: string): string {
  return text
    .replace(/[\x00-\x1f\x7f-\x9f]/g, (mark) => `\\x${mark.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .replace(/ +$/, (blanks) => '␠'.repeat(blanks.length))
}
