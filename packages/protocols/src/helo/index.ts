import { lineNotation } from '../kit/line-notation.ts'
import type { WordLine } from '../kit/words.ts'
import type { Protocol } from '../protocol.ts'
import { heloCodec } from './codec.ts'
import { HeloSession } from './session.ts'
import { heloWire, heloWireWithGroups } from './wire.ts'

export const helo: Protocol<WordLine, string> = {
  name: 'helo',
  port: 1347,
  options: {
    'group-prefix': {
      default: 'off',
      values: ['off', 'on'],
      note: 'on: a group message begins with the name of its group, as clients in the field know it',
    },
  },
  notation: lineNotation,
  dialect: (options) => ({
    codec: heloCodec,
    wire: options['group-prefix'] === 'on' ? heloWireWithGroups : heloWire,
    received: 'next-input',
    hears: 'at-once',
    session: (context) => new HeloSession(context),
  }),
}
