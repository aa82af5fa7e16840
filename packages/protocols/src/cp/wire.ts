import type { Wire } from '@parley/core'
import { encodePdus, messagePdus, type Alphabet } from './message.ts'

/**
 * What a `cp` user overhears: broadcasts, as complete PDUs, which the session keeps until they are
 * fetched (P-8). For private messages there are no words on purpose: they stay in the mailbox until
 * the client asks for them.
 */
export function cpWire(alphabet: Alphabet, broadcasts: boolean): Wire {
  return {
    name: 'cp',
    encode(event) {
      switch (event.kind) {
        case 'broadcast':
          return broadcasts ? encodePdus(messagePdus(event.from, event.text, alphabet, '[all] ')) : null
        case 'user-joined':
        case 'user-left':
        case 'private-message':
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
    },
  }
}
