import { encodeLine, LineDecoder } from '../kit/lines.ts'
import { splitWord, type WordLine } from '../kit/words.ts'
import type { Codec } from '../protocol.ts'

export const heloCodec: Codec<WordLine, string> = {
  decoder: (limit) => new LineDecoder(limit, splitWord),
  encode: encodeLine,
}
