import type { Wire } from '@parley/core'
import { Flusher } from '../src/net/flusher.ts'
import { Outbox } from '../src/net/outbox.ts'
import { Tape } from '../src/net/tape.ts'
import { MemorySink } from './memory-sink.ts'

export const wire: Wire = { name: 'none', encode: () => null }
export const bytes = (text: string) => Buffer.from(text)
/** The flusher has come by: nothing came in meanwhile. */
export const flushed = () => new Promise<void>((resolve) => setImmediate(resolve))

export function listener(flusher: Flusher, limit = 1_000_000, tooSlow = () => {}) {
  const sink = new MemorySink()
  const outbox = new Outbox(sink, flusher, limit, { tooSlow, crowdedOut: () => {}, sent: () => {} })
  return { sink, outbox, put: (text: string) => outbox.put(bytes(text)) }
}

export function one(limit?: number, tooSlow?: () => void) {
  const flusher = new Flusher(() => 0)
  const tape = new Tape(wire, flusher)
  const ann = listener(flusher, limit, tooSlow)
  tape.add(ann.outbox)
  return { flusher, tape, ...ann }
}
