import type { ChatEvent, Wire } from '@parley/core'
import type { Body } from './body.ts'
import { encodeMessage } from './codec.ts'
import { encodeGameNews } from './game-news.ts'

type PrivateMessageBody = (event: Extract<ChatEvent, { kind: 'private-message' }>) => Body

/** What a `json` user hears who signed in with LOGIN_REQ. */
export const documentWire = wire('json', (event) => ({ sender: event.from, message: event.text }))

/** What one hears who signed in with LOGIN: the private message is JSON inside a string (J-6). */
export const fieldWire = wire('json-field', (event) => ({
  code: 0,
  status: 'OK',
  message: JSON.stringify({ sender: event.from, message: event.text }),
}))

function wire(name: string, privateMessage: PrivateMessageBody): Wire {
  return {
    name,
    encode: (event) => encode(event, privateMessage),
  }
}

/**
 * The forms differ in the private message alone (J-7). A line break in a text stays, as JSON has an
 * escape for it.
 */
function encode(event: ChatEvent, privateMessage: PrivateMessageBody): Uint8Array | null {
  switch (event.kind) {
    case 'user-joined':
      return encodeMessage({ header: 'JOINED', body: { username: event.user } })
    case 'user-left':
      return encodeMessage({ header: 'LEFT', body: { username: event.user } })
    case 'broadcast':
      return encodeMessage({ header: 'BROADCAST', body: { username: event.from, message: event.text } })
    case 'private-message':
      return encodeMessage({ header: 'PRIVATE_MESSAGE', body: privateMessage(event) })
    case 'game-announced':
    case 'game-started':
    case 'game-cancelled':
    case 'game-finished':
      return encodeGameNews(event)
    case 'group-message':
    case 'group-member-kicked':
    case 'kicked-from-group':
    case 'conversation-read':
    case 'group-member-joined':
    case 'group-member-left':
    case 'group-admin-changed':
    case 'sealed-group-message':
    case 'group-inherited':
    case 'message-deleted':
      return null
  }
}
