import { encodeLine, LineDecoder } from '../kit/lines.ts'
import { splitWord, type WordLine } from '../kit/words.ts'
import type { Codec } from '../protocol.ts'

/**
 * `unterminated`: characters without a line end that this listener puts up with, where that is less
 * than its limit (I-10).
 */
export function identCodec(unterminated = Infinity): Codec<WordLine, string> {
  return {
    decoder: (limit) => new LineDecoder(limit, splitWord, unterminated),
    encode: encodeLine,
  }
}
