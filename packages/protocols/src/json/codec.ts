import { encodeLine, LineDecoder } from '../kit/lines.ts'
import { splitWord } from '../kit/words.ts'
import type { Codec } from '../protocol.ts'
import { parseBody, type Body } from './body.ts'

/** json.txt 3 wants more than 1,024 bytes to be parsed, whatever the limit (J-5). */
const leastLimit = 1_025

/** One line: `BYE` is header `BYE` and body `{}`, as no body counts as an empty one. */
export interface JsonFrame {
  readonly header: string
  /**
   * Any JSON value; undefined: what stood there is not JSON. Members are read with `textMember`.
   */
  readonly body: unknown
}

/**
 * What we send. Without a body the header stands alone; a bare string is one of BROADCAST_REQ
 * (J-2).
 */
export interface JsonMessage {
  readonly header: string
  readonly body?: Body | string | undefined
}

export const jsonCodec: Codec<JsonFrame, JsonMessage> = {
  decoder: (limit) => new LineDecoder(() => Math.max(limit(), leastLimit), frame),
  encode: encodeMessage,
}

export function encodeMessage(message: JsonMessage): Uint8Array {
  return encodeLine(messageLine(message))
}

export function messageLine({ header, body }: JsonMessage): string {
  return body === undefined ? header : `${header} ${JSON.stringify(body)}`
}

function frame(line: string): JsonFrame {
  const { word, rest } = splitWord(line)
  return { header: word, body: parseBody(rest) }
}
