import { groupOf, indented, type Line, type LineKind, secrecyWords } from '@parley/client/conversations'

const marks = {
  event: '* ',
  answer: '= ',
  warning: '! WARNING: ',
  error: '! ',
  wire: '',
  unsent: '(unsent) ',
} satisfies Partial<Record<LineKind, string>>

/** A line as plain text, for scripts and screen readers: who, to whom and how secret in words, then what. */
export function plainLine(line: Line): string {
  const { kind, from, to, mine, secrecy } = line
  const text = indented(line.text)
  switch (kind) {
    case 'broadcast':
      return `${from}: ${text}`
    case 'private': {
      const how = secrecy === null ? '' : ` (${secrecyWords[secrecy]})`
      return mine ? `you to ${to}${how}: ${text}` : `${from} to you${how}: ${text}`
    }
    case 'group': {
      const how = secrecy === null ? '' : ` (${secrecyWords[secrecy]})`
      const group = `[${groupOf(line)}${how}]`
      return from === null ? `${group} ${text}` : `${group} ${mine ? 'you' : from}: ${text}`
    }
    case 'mailbox':
      return `${from} wrote to ${line.conversation === 'all' ? 'everybody' : 'you'}: ${text}`
    case 'event':
    case 'answer':
    case 'warning':
    case 'error':
    case 'wire':
    case 'unsent':
      return `${marks[kind]}${text}`
  }
}
