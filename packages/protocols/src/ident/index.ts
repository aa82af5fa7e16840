import { lineNotation } from '../kit/line-notation.ts'
import type { WordLine } from '../kit/words.ts'
import type { Protocol } from '../protocol.ts'
import { identCodec } from './codec.ts'
import { failLines } from './replies.ts'
import { IdentSession } from './session.ts'
import { identWire } from './wire.ts'

const courseUnterminated = 1_024 // I-10

export const ident: Protocol<WordLine, string> = {
  name: 'ident',
  port: 1337,
  options: {
    texts: {
      default: 'upper',
      values: ['upper', 'course'],
      note: "course: the error texts of the course's own server, and 1,024 unterminated characters at most",
    },
  },
  notation: lineNotation,
  dialect({ texts }) {
    const course = texts === 'course'
    const fails = failLines(course)
    return {
      codec: identCodec(course ? courseUnterminated : undefined),
      wire: identWire,
      received: 'next-input',
      hears: 'at-once',
      session: (context) => new IdentSession(context, fails),
    }
  },
}
