import type { Protocol } from '../protocol.ts'
import { chatosCodec } from './codec.ts'
import { chatosNotation } from './notation.ts'
import type { ChatosFrame } from './packets.ts'
import { ChatosSession } from './session.ts'
import { chatosWire } from './wire.ts'

const silentSeconds = 300 // C-9: the second socket of a private connection may be silent so long before it is needed.

export const chatos: Protocol<ChatosFrame, ChatosFrame> = {
  name: 'chatos',
  port: 7777,
  options: {},
  notation: chatosNotation,
  dialect: () => ({
    codec: chatosCodec,
    wire: chatosWire,
    received: 'flushed',
    hears: 'at-once',
    signInSeconds: silentSeconds,
    session: (context) => new ChatosSession(context),
  }),
}
