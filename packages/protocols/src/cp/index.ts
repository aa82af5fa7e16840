import type { Protocol } from '../protocol.ts'
import { cpCodec, type CpFrame } from './codec.ts'
import { cpNotation } from './notation.ts'
import { CpSession } from './session.ts'
import { cpWire } from './wire.ts'

export const cp: Protocol<CpFrame, string> = {
  name: 'cp',
  port: 5035,
  options: {
    broadcasts: {
      default: 'on',
      values: ['on', 'off'],
      note: 'on: RMSG also hands out what was said to everybody, and SMSGall:text speaks to everybody',
    },
    ascii: {
      default: 'off',
      values: ['off', 'on'],
      note: 'on: text is handed on as plain ASCII, for clients that stop at anything else',
    },
  },
  notation: cpNotation,
  dialect(options) {
    const alphabet = options.ascii === 'on' ? 'ascii' : 'utf-8'
    const broadcasts = options.broadcasts === 'on'
    return {
      codec: cpCodec,
      wire: cpWire(alphabet, broadcasts),
      received: 'next-input',
      hears: 'at-once',
      repliesAhead: 0, // P-6
      session: (context) => new CpSession(context, { alphabet, broadcasts }),
    }
  },
}
