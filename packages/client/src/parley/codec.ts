import { encodeLine, isBody, LineDecoder, type Body, type Decoder } from '@parley/protocols'

/** One JSON object; null: a line that is none. */
export type ParleyFrame = Body | null

/** Bytes of a line that a server may send: room for the names of a large community. */
const longest = 4_194_304

export function parleyDecoder(): Decoder<ParleyFrame> {
  return new LineDecoder(() => longest, parse)
}

export function encodeFrame(frame: Body): Uint8Array {
  return encodeLine(JSON.stringify(frame))
}

function parse(line: string): ParleyFrame {
  try {
    const value: unknown = JSON.parse(line)
    return isBody(value) ? value : null
  } catch {
    return null
  }
}
