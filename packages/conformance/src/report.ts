import type { Transcript } from './transcript.ts'
import type { PlacedFailure } from './verdict.ts'

const maxConversation = 12
const maxHeard = 8

/**
 * A failure for people who have never seen a transcript, some lines of text without a line end:
 * where, what was expected, what came, what the transcript proves, and what was said before.
 */
export function reportFailure(transcript: Transcript, failure: PlacedFailure): string {
  const { place, problem, expected, heard, meanings, conversation } = failure
  const stands = meanings.map(({ name, text }) => `  where <${name}> stands for ${visible(text)}`)
  const source = place.source === '' || expected.includes(place.source) ? [] : [indented(place.source)]
  return [
    `${transcript.file}:${place.line}: ${problem}`,
    ...part(`Line ${place.line} of the transcript is:`, source),
    ...part('It expects:', [...expected.map(indented), ...stands]),
    ...part('What came:', cut(heard).map(indented)),
    ...part('The transcript proves:', transcript.proves.map(indented)),
    ...part('The conversation until then ("->" was sent to the server, "<-" came from it):', [
      ...(conversation.length > maxConversation ? [`  … ${conversation.length - maxConversation} lines before`] : []),
      ...conversation.slice(-maxConversation).map(indented),
    ]),
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
  return `  ${visible(line)}`
}

/**
 * A server under test may send anything, also what a terminal would obey; and a blank at the end
 * must be seen.
 */
function visible(text: string): string {
  return text
    .replace(/[\x00-\x1f\x7f-\x9f]/g, (mark) => `\\x${mark.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .replace(/ +$/, (blanks) => '␠'.repeat(blanks.length))
}
