import type { ChatEvent, Wire } from '@parley/core'
import type { Body } from './body.ts'
import { encodeMessage, type JsonMessage } from './codec.ts'

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
    encode: (event) => {
      const message = messageFor(event, privateMessage)
      return message && encodeMessage(message)
    },
  }
}

/** The forms differ in the private message alone (J-7). A line break in a text stays, as JSON has an escape for it. */
function messageFor(event: ChatEvent, privateMessage: PrivateMessageBody): JsonMessage | null {
  switch (event.kind) {
    case 'user-joined':
      return { header: 'JOINED', body: { username: event.user } }
    case 'user-left':
      return { header: 'LEFT', body: { username: event.user } }
    case 'broadcast':
      return { header: 'BROADCAST', body: { username: event.from, message: event.text } }
    case 'private-message':
      return { header: 'PRIVATE_MESSAGE', body: privateMessage(event) }
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
  }
}
