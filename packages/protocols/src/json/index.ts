import type { Protocol } from '../protocol.ts'
import { jsonCodec, type JsonFrame, type JsonMessage } from './codec.ts'
import { filePort } from './file-port.ts'
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
    files: {
      default: '',
      port: true,
      note: "the port of the bytes of files; empty: the next one behind the listener's own; 0: any free one",
    },
  },
  notation: jsonNotation,
  dialect({ welcome, files = '' }) {
    return {
      codec: jsonCodec,
      wire: documentWire,
      received: 'next-input',
      hears: 'at-once',
      companions: [filePort(files)],
      session: (context) => new JsonSession(context, welcome || `Welcome to ${context.serverName}`),
    }
  },
}
