import { encodeLine, LineDecoder } from '../kit/lines.ts'
import type { Codec } from '../protocol.ts'

/** Members of any name and any kind, as they came. They are read with `members.ts`. */
export type Body = { readonly [member: string]: unknown }

/** One line; null: it is no JSON object. */
export type ParleyFrame = Body | null

export const parleyCodec: Codec<ParleyFrame, Body> = {
  decoder: (limit) => new LineDecoder(limit, frame),
  encode: encodeFrame,
}

export function encodeFrame(body: Body): Uint8Array {
  return encodeLine(JSON.stringify(body))
}

function frame(line: string): ParleyFrame {
  try {
    const value: unknown = JSON.parse(line)
    return isBody(value) ? value : null
  } catch {
    return null
  }
}

export function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
