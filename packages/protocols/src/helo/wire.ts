import type { ChatEvent, Wire } from '@parley/core'
import { encodeLines } from '../kit/lines.ts'
import { linesOf } from '../kit/text.ts'

/** What a `helo` user hears. The document has no words for who comes and goes. */
export const heloWire: Wire = { name: 'helo', encode }

function encode(event: ChatEvent): Uint8Array | null {
  switch (event.kind) {
    case 'user-joined':
    case 'user-left':
    case 'group-message':
    case 'group-member-kicked':
    case 'kicked-from-group':
    case 'group-inherited':
    case 'game-announced':
    case 'game-started':
    case 'game-cancelled':
    case 'game-finished':
    case 'tunnel-asked':
    case 'tunnel-accepted':
    case 'tunnel-aborted':
      return null
    case 'broadcast':
      return encodeLines(linesOf(event.text).map((line) => `BCST [${event.from}] ${line}`))
    case 'private-message': // H-8
      return encodeLines(linesOf(event.text).map((line) => `BCST [${event.from}] (private) ${line}`))
  }
}
