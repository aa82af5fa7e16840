import type { Codec, Decoded } from '@parley/protocols'
import { isDeepStrictEqual } from 'node:util'
import { Chance } from './chance.ts'
import { hostile } from './dictionary.ts'
import type { Variant } from './listeners.ts'
import { showBytes } from './show.ts'
import { conversation, cut } from './streams.ts'

const framesOfStream = 12
/** Inputs of one stream. */
export const inputsOfStream = framesOfStream + 1

/**
 * One stream through one decoder, whole and cut at random. Returns what is wrong: it throws, or the frames depend on the cuts.
 * Where frames may end by silence (P-1) it also falls silent at some of the cuts, and then the frames may differ.
 */
export function decodeStream(seed: number, { name, options, dialect }: Variant): string | undefined {
  const chance = new Chance(seed)
  const frames = [...conversation(name, framesOfStream, 'wild', chance), chance.pick(hostile)]
  const chunks = cut(frames, chance)
  const limit = chance.pick([100, 1_024, 16_384, 65_536])
  try {
    const whole = decode(dialect.codec, limit, [Buffer.concat(chunks)])
    const pieces = decode(dialect.codec, limit, chunks)
    decode(dialect.codec, limit, chunks, chance)
    if (isDeepStrictEqual(whole, pieces)) return undefined
    return `frames of ${name} ${options} depend on the cuts\n${shown(chunks)}`
  } catch (bug) {
    return `the decoder of ${name} ${options} throws ${bug instanceof Error ? bug.stack : String(bug)}\n${shown(chunks)}`
  }
}

function decode(
  codec: Codec<unknown, unknown>,
  limit: number,
  chunks: readonly Uint8Array[],
  silences?: Chance,
): readonly Decoded<unknown>[] {
  const decoder = codec.decoder(() => limit)
  const frames: Decoded<unknown>[] = []
  const drain = () => {
    for (let frame = decoder.next(); frame; frame = decoder.next()) frames.push(frame)
  }
  const settle = () => {
    if (decoder.silence?.() === undefined) return
    decoder.settle?.()
    drain()
  }
  for (const chunk of chunks) {
    // The buffer is the kernel's again as soon as there are no more frames.
    const lent = Uint8Array.from(chunk)
    decoder.push(lent)
    drain()
    lent.fill(0x3f)
    if (silences?.odds(30)) settle()
  }
  settle()
  return frames
}

function shown(chunks: readonly Uint8Array[]): string {
  return chunks.map((chunk) => `  ${showBytes(chunk)}`).join('\n')
}

/** Bytes that each of many decoders keeps after 4 MiB without a line end, in which a packet ends late or is none. */
export function heldByEndlessFrames(variant: Variant, collect: () => void): number {
  const decoders = Array.from({ length: 20 }, () => variant.dialect.codec.decoder(() => 65_536))
  // A packet whose first string is as long as it can be.
  const begin = variant.name === 'chatos' ? Uint8Array.of(2, 0x7f, 0xff) : Uint8Array.of()
  const chunk = new Uint8Array(65_536).fill(0x41)
  collect()
  const before = held()
  for (const decoder of decoders) {
    decoder.push(begin)
    for (let count = 0; count < 64; count++) {
      decoder.push(Uint8Array.from(chunk))
      while (decoder.next()) continue
    }
  }
  collect()
  return (held() - before) / decoders.length
}

function held(): number {
  const { arrayBuffers, heapUsed } = process.memoryUsage()
  return arrayBuffers + heapUsed
}
