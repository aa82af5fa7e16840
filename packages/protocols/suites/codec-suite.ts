import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Codec, Decoded } from '../src/protocol.ts'

export interface CodecSuite<In> {
  readonly codec: Codec<In, never>
  /** What the decoder is told as its limit. */
  readonly limit: number
  /**
   * Byte sequences that stress this codec: whole frames, cut frames, garbage. They are joined at
   * random.
   */
  readonly pieces: readonly Uint8Array[]
}

/**
 * What every codec promises (protocol.ts): no bytes make it throw, and the frames do not depend on
 * how the bytes were split.
 */
export function codecSuite<In>(name: string, { codec, limit, pieces }: CodecSuite<In>): void {
  const stream = fc
    .array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...pieces) }, fc.uint8Array({ maxLength: 40 })), {
      maxLength: 20,
    })
    .map(concat)
  const cuts = fc.array(fc.nat({ max: 400 }), { maxLength: 40 })

  describe(`${name} codec`, () => {
    it('gives the same frames however the bytes are split', () => {
      fc.assert(
        fc.property(stream, cuts, (bytes, sizes) => {
          assert.deepEqual(decode(split(bytes, sizes)), decode([bytes]))
        }),
        { numRuns: 300 },
      )
    })

    it('gives the same frames byte by byte', () => {
      const bytes = concat(pieces)
      assert.deepEqual(decode(Array.from(bytes, (byte) => Uint8Array.of(byte))), decode([bytes]))
    })

    it('throws at no bytes', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 3 * limit }), (bytes) => void decode([bytes])),
        { numRuns: 300 },
      )
    })
  })

  function decode(chunks: readonly Uint8Array[]): readonly Decoded<In>[] {
    const decoder = codec.decoder(() => limit)
    const frames: Decoded<In>[] = []
    const drain = () => {
      for (let frame = decoder.next(); frame; frame = decoder.next()) frames.push(frame)
    }
    for (const chunk of chunks) {
      decoder.push(chunk)
      drain()
    }
    if (decoder.silence?.() !== undefined) {
      decoder.settle?.()
      drain()
    }
    return frames
  }
}

function split(bytes: Uint8Array, sizes: readonly number[]): readonly Uint8Array[] {
  const chunks: Uint8Array[] = []
  let at = 0
  for (const size of sizes) {
    chunks.push(bytes.subarray(at, at + size))
    at += size
  }
  chunks.push(bytes.subarray(at))
  return chunks
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
