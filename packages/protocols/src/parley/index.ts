import type { Protocol } from '../protocol.ts'
import { parleyCodec, type Body, type ParleyFrame } from './codec.ts'
import { longestFrame } from './features.ts'
import { parleyNotation } from './notation.ts'
import { ParleySession } from './session.ts'
import { parleyWire } from './wire.ts'

/** Our own: all that the community can do, as JSON. */
export const parley: Protocol<ParleyFrame, Body> = {
  name: 'parley',
  port: 7070,
  options: {},
  notation: parleyNotation,
  dialect: () => ({
    codec: parleyCodec,
    wire: parleyWire,
    received: 'next-input', // It says so itself (L-11).
    hears: 'once-durable',
    longestFrame,
    session: (context) => new ParleySession(context),
  }),
}
