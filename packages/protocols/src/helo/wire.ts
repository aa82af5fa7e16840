import type { ChatEvent, Wire } from '@parley/core'
import { encodeLine, encodeLines } from '../kit/lines.ts'
import { linesOf } from '../kit/text.ts'
import { memberKicked } from './group-replies.ts'

/** What a `helo` user hears. The document has no words for who comes and goes. */
export const heloWire: Wire = { name: 'helo', encode }

/** The field form of group messages (H-6). */
export const heloWireWithGroups: Wire = {
  name: 'helo group-prefix',
  encode: (event) => (event.kind === 'group-message' ? groupMessage(event, `${event.group}: `) : encode(event)),
}

function encode(event: ChatEvent): Uint8Array | null {
  switch (event.kind) {
    case 'user-joined':
    case 'user-left':
    case 'game-announced':
    case 'game-started':
    case 'game-cancelled':
    case 'conversation-read':
    case 'group-member-joined':
    case 'group-member-left':
    case 'group-admin-changed':
    case 'sealed-group-message':
    case 'game-finished':
    case 'message-deleted':
      return null
    case 'group-message':
      return groupMessage(event, '')
    case 'group-member-kicked': // helo.txt 7.10 (5)
      return encodeLine(memberKicked(event.user, event.group))
    case 'kicked-from-group':
      return encodeLine(`+SUCCESS you have been kicked out of the group ${event.group}`)
    case 'group-inherited': // H-7
      return encodeLine(`+SUCCESS you are now the admin of group "${event.group}"`)
    case 'broadcast':
      return encodeLines(linesOf(event.text).map((line) => `BCST [${event.from}] ${line}`))
    case 'private-message': // H-8
      return encodeLines(linesOf(event.text).map((line) => `BCST [${event.from}] (private) ${line}`))
  }
}

/** helo.txt 7.8 */
function groupMessage(
  { from, text }: Extract<ChatEvent, { kind: 'group-message' }>,
  prefix: string,
): Uint8Array | null {
  return encodeLines(linesOf(text).map((line) => `GROUP_MESSAGE ${prefix}[${from}] ${line}`))
}
