import type { Protocol } from '../protocol.ts'
import { jsonCodec, type JsonFrame, type JsonMessage } from './codec.ts'
import { jsonNotation } from './notation.ts'
import { JsonSession } from './session.ts'
import { documentWire } from './wire.ts'

export const json: Protocol<JsonFrame, JsonMessage> = {
  name: 'json',
  port: 1357,
  options: {
    welcome: {
      default: '',
      note: 'the exact text of WELCOME\'s msg; empty: "Welcome to" and the server\'s name',
    },
  },
  notation: jsonNotation,
  dialect({ welcome }) {
    return {
      codec: jsonCodec,
      wire: documentWire,
      received: 'next-input',
      session: (context) => new JsonSession(context, welcome || `Welcome to ${context.serverName}`),
    }
  },
}
