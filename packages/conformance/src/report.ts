import type { Transcript } from './transcript.ts'
import type { Failure } from './verdict.ts'

const maxConversation = 12
const maxGot = 8

/**
 * A failure for people, some lines of text without a line end: where, what was wanted, what came, and what was said
 * before.
 */
export function reportFailure(transcript: Transcript, failure: Failure): string {
  const { place, problem, wanted, got, meanings, conversation } = failure
  const lines = [`${transcript.file}:${place.line}: ${problem}`]
  lines.push(...column('proves', transcript.proves))
  lines.push(...column('at', wanted.includes(place.source) ? [] : [place.source]))
  lines.push(...column('wanted', wanted))
  lines.push(
    ...column(
      'where',
      meanings.map(({ name, text }) => `<${name}> is ${text}`),
    ),
  )
  lines.push(...column('got', cut(got)))
  if (conversation.length > 0) lines.push('  the conversation until then:')
  if (conversation.length > maxConversation) lines.push(`    … ${conversation.length - maxConversation} lines before`)
  lines.push(...conversation.slice(-maxConversation).map((line) => `    ${visible(line)}`))
  return lines.join('\n')
}

function column(title: string, texts: readonly string[]): readonly string[] {
  return texts.map((text, index) => `  ${(index === 0 ? title : '').padEnd(8)}${visible(text)}`)
}

function cut(lines: readonly string[]): readonly string[] {
  if (lines.length <= maxGot) return lines
  return [...lines.slice(0, maxGot), `… ${lines.length - maxGot} lines more`]
}

/** A server under test may send anything, also what a terminal would obey; and a blank at the end must be seen. */
function visible(text: string): string {
  return text
    .replace(/[\x00-\x1f\x7f-\x9f]/g, (mark) => `\\x${mark.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .replace(/ +$/, (blanks) => '␠'.repeat(blanks.length))
}
