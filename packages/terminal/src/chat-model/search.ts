import type { PastMessage } from '@parley/client'
import { cleanLine, type ConversationModel, type Line } from '@parley/client/conversations'
import { dateText } from '../date-text.ts'

/** Lines that are shown as found, the newest of all. */
const most = 20
/** Characters of each. */
const longest = 200

/** What was said in the open conversation with that text in it, whatever the case: a row each, the newest last. */
export function searchIn({ lines, open }: ConversationModel, text: string): string {
  const wanted = text.trim().toLowerCase()
  const found = lines.filter(
    (line) => line.conversation === open.key && isSaid(line) && line.text.toLowerCase().includes(wanted),
  )
  if (found.length === 0) return `nothing with "${cleanLine(text.trim())}" was said in ${open.title}`
  const more = found.length > most ? [`${found.length} were found; these are the last ${most}:`] : []
  return [...more, ...found.slice(-most).map(rowOf)].join('\n')
}

/** The same, of what the server found. */
export function foundRows(text: string, title: string, found: readonly PastMessage[], me: string): string {
  if (found.length === 0) return `nothing with "${cleanLine(text.trim())}" was said in ${title}`
  const rows = found.slice(0, most).flatMap(({ from, stamp, body }) => {
    if (body.kind !== 'text') return []
    return rowOf({
      at: stamp.at,
      from: cleanLine(from),
      mine: from.toLowerCase() === me.toLowerCase(),
      text: body.text,
    })
  })
  const more = found.length > most ? [`more were found than are shown; these are the last ${most}:`] : []
  return [...more, ...rows.toReversed()].join('\n')
}

function isSaid({ kind }: Line): boolean {
  return kind === 'broadcast' || kind === 'private' || kind === 'group' || kind === 'mailbox'
}

function rowOf({ at, from, mine, text }: Pick<Line, 'at' | 'from' | 'mine' | 'text'>): string {
  const shown = cleanLine(text.replaceAll('\n', ' '))
  return `${dateText(new Date(at))} ${mine ? 'you' : (from ?? '')}: ${shown.length > longest ? `${shown.slice(0, longest)}…` : shown}`
}
