import type { ChatEvent, Stamp, Wire } from '@parley/core'
import { encodeFrame, type Body } from './codec.ts'
import { addressOf } from './address.ts'

/** What everybody hears who is signed in by `parley`, over TCP and WebSocket alike. */
export const parleyWire: Wire = {
  name: 'parley',
  encode(event, stamp) {
    const frame = frameOf(event, stamp)
    return frame && encodeFrame(frame)
  },
}

function frameOf(event: ChatEvent, { seq, at }: Stamp): Body | null {
  switch (event.kind) {
    case 'user-joined':
      return { event: 'joined', seq, at, user: event.user }
    case 'user-left':
      return { event: 'left', seq, at, user: event.user }
    case 'broadcast':
      return message(event, '*', seq, at)
    case 'private-message':
      return message(event, `@${event.to}`, seq, at)
    case 'group-message':
      return message(event, `#${event.group}`, seq, at)
    case 'message-deleted':
      return { event: 'message-deleted', seq, at, from: event.from, to: event.to, target: event.seq }
    case 'group-member-kicked':
      return { event: 'group-kicked', seq, at, group: event.group, user: event.user }
    case 'kicked-from-group':
      return { event: 'group-kicked', seq, at, group: event.group }
    case 'group-inherited': // All members' devices are told who the admin is.
      return null
    case 'group-member-joined':
      return { event: 'group-joined', seq, at, group: event.group, user: event.user }
    case 'group-member-left':
      return { event: 'group-left', seq, at, group: event.group, user: event.user }
    case 'group-admin-changed':
      return { event: 'group-admin', seq, at, group: event.group, user: event.user }
    case 'sealed-group-message': {
      const { group, from, message: sealed, kept, nonce } = event
      const content = { sealed: { message: sealed, sessionKey: null }, kept, ...(nonce !== null && { nonce }) }
      return { event: 'message', seq, at, from, to: `#${group}`, ...content }
    }
    case 'conversation-read':
      return { event: 'read', of: addressOf(event.conversation), seq: event.seq }
    case 'game-announced':
      return { event: 'game-announced', seq, at, by: event.by }
    case 'game-started': {
      const { players, lowest, highest } = event
      return { event: 'game-started', seq, at, players, lowest, highest }
    }
    case 'game-cancelled':
      return { event: 'game-cancelled', seq, at }
    case 'game-finished':
      return { event: 'game-finished', seq, at, results: event.results }
  }
}

type Message = Extract<ChatEvent, { kind: 'broadcast' | 'private-message' | 'group-message' }>

function message({ from, text, kept, nonce }: Message, to: string, seq: number, at: number): Body {
  return { event: 'message', seq, at, from, to, text, kept, ...(nonce !== null && { nonce }) }
}
