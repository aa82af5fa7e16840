import type { ChatEvent, Wire } from '@parley/core'
import { cutToBytes } from '../kit/text.ts'
import { encodeFrames } from './codec.ts'

/** Programs in the field close on a longer string (C-10). */
export const maxBytesToClient = 1_024

/** What a `chatos` user hears (C-14, and C-5 to C-9 of tunnels). The protocol has no words for who comes and goes. */
export const chatosWire: Wire = { name: 'chatos', encode }

/** C-4: the sender is the asker, whoever of the two sent it. */
const tunnelOps = {
  'tunnel-asked': 'TCPAsk',
  'tunnel-accepted': 'TCPAccept',
  'tunnel-aborted': 'TCPAbort',
} as const

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
      return null
    case 'tunnel-asked':
    case 'tunnel-accepted':
    case 'tunnel-aborted':
      return encodeFrames([
        { op: tunnelOps[event.kind], sender: event.asker, recipient: event.asked, password: event.number },
      ])
    case 'broadcast':
      return encodeFrames(
        cutToBytes(event.text, maxBytesToClient).map((message) => ({ op: 'SMA', sender: event.from, message })),
      )
    case 'private-message':
      return encodeFrames(
        cutToBytes(event.text, maxBytesToClient).map((message) => ({
          op: 'SPM',
          sender: event.from,
          recipient: event.to,
          message,
        })),
      )
  }
}
