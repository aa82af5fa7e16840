import { cleanLine } from '../clean-text.ts'
import { dateText } from '../date-text.ts'
import type { ChatModel } from './chat-model.ts'
import type { Line } from './line.ts'

/** Lines that are shown as found, the newest of all. */
const most = 20
/** Characters of each. */
const longest = 200

/** What was said in the open conversation with that text in it, whatever the case: a row each, the newest last. */
export function searchIn({ lines, open }: ChatModel, text: string): string {
  const wanted = text.trim().toLowerCase()
  const found = lines.filter(
    (line) => line.conversation === open.key && isSaid(line) && line.text.toLowerCase().includes(wanted),
  )
  if (found.length === 0) return `nothing with "${cleanLine(text.trim())}" was said in ${open.title}`
  const more = found.length > most ? [`${found.length} were found; these are the last ${most}:`] : []
  return [...more, ...found.slice(-most).map(rowOf)].join('\n')
}

function isSaid({ kind }: Line): boolean {
  return kind === 'broadcast' || kind === 'private' || kind === 'group' || kind === 'letter'
}

function rowOf({ at, from, mine, text }: Line): string {
  const shown = cleanLine(text.replaceAll('\n', ' '))
  return `${dateText(new Date(at))} ${mine ? 'you' : (from ?? '')}: ${shown.length > longest ? `${shown.slice(0, longest)}…` : shown}`
}
