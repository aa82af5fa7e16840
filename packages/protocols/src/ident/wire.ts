import type { ChatEvent, Wire } from '@parley/core'
import { encodeLine, encodeLines } from '../kit/lines.ts'
import { linesOf } from '../kit/text.ts'

/** What an `ident` user hears. */
export const identWire: Wire = { name: 'ident', encode }

function encode(event: ChatEvent): Uint8Array | null {
  switch (event.kind) {
    case 'user-joined':
      return encodeLine(`JOINED ${event.user}`)
    case 'user-left':
      return encodeLine(`LEFT ${event.user}`)
    case 'broadcast':
      return encodeLines(linesOf(event.text).map((line) => `BCST ${event.from} ${line}`))
    case 'private-message': // I-3
      return encodeLines(linesOf(event.text).map((line) => `PRIVATE_MESSAGE ${event.from} ${line}`))
    case 'group-message':
    case 'group-member-kicked':
    case 'kicked-from-group':
    case 'group-inherited':
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
  }
}
