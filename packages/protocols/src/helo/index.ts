import { lineNotation } from '../kit/line-notation.ts'
import type { WordLine } from '../kit/words.ts'
import type { Protocol } from '../protocol.ts'
import { heloCodec } from './codec.ts'
import { HeloSession } from './session.ts'
import { heloWire } from './wire.ts'

export const helo: Protocol<WordLine, string> = {
  name: 'helo',
  port: 1347,
  options: {},
  notation: lineNotation,
  dialect: () => ({
    codec: heloCodec,
    wire: heloWire,
    received: 'next-input',
    session: (context) => new HeloSession(context),
  }),
}
