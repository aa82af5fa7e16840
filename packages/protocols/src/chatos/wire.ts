import type { ChatEvent, Wire } from '@parley/core'
import { cutToBytes } from '../kit/text.ts'
import { encodeFrames } from './codec.ts'
import type { ChatosFrame } from './packets.ts'

/** Programs in the field close on a longer string (C-10). */
export const maxBytesToClient = 1_024

/** What a `chatos` user hears (C-14). The protocol has no words for who comes and goes. */
export const chatosWire: Wire = { name: 'chatos', encode }

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
    case 'conversation-read':
    case 'group-member-joined':
    case 'group-member-left':
    case 'group-admin-changed':
    case 'sealed-group-message':
    case 'game-finished':
    case 'message-deleted':
      return null
    case 'broadcast':
      return encodeFrames(
        cutToBytes(event.text, maxBytesToClient).map((message) => ({ op: 'SMA', sender: event.from, message })),
      )
    case 'private-message':
      return encodeFrames(privateMessagePackets(event.from, event.to, event.text))
  }
}

/** As many as it takes (C-10). */
export function privateMessagePackets(sender: string, recipient: string, text: string): readonly ChatosFrame[] {
  return cutToBytes(text, maxBytesToClient).map((message) => ({ op: 'SPM', sender, recipient, message }))
}
