import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { aesKey } from './binding.ts'
import { chunkBytes, chunksOf, openChunk, PieceReader, plainLength, sealChunk, sealedLength } from './stream.ts'

const bytes = (...values: readonly number[]) => Uint8Array.from(values)

describe('a stream of sealed chunks', () => {
  it('opens each chunk at its place alone', async () => {
    const key = await aesKey(new Uint8Array(32).fill(7))
    const [first, last] = [await sealChunk(key, 0, false, bytes(1)), await sealChunk(key, 1, true, bytes(2))]
    assert.deepEqual(await openChunk(key, 0, false, first), bytes(1))
    assert.deepEqual(await openChunk(key, 1, true, last), bytes(2))
    assert.equal(await openChunk(key, 0, true, first), null, 'cut off behind it')
    assert.equal(await openChunk(key, 1, false, last), null, 'something added behind it')
    assert.equal(await openChunk(key, 1, false, first), null, 'in another order')
    assert.equal(await openChunk(key, 1, true, last.slice(1)), null)
  })

  it('has a length from which that of the text follows', () => {
    for (const size of [0, 1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 5 * chunkBytes]) {
      assert.equal(plainLength(sealedLength(size)), size)
    }
    assert.deepEqual([0, 1, chunkBytes, chunkBytes + 1].map(chunksOf), [1, 1, 1, 2])
    assert.equal(plainLength(15), null)
    assert.equal(plainLength(sealedLength(chunkBytes) + 16), null, 'a chunk of nothing behind a whole one')
  })

  it('is taken piece by piece, whatever the pieces are', async () => {
    const pieces = [bytes(), bytes(1, 2, 3), bytes(4), bytes(), bytes(5, 6, 7, 8)]
    const reader = new PieceReader(
      (async function* () {
        yield* pieces
      })(),
    )
    assert.deepEqual(
      [await reader.take(2), await reader.take(0), await reader.take(4)],
      [bytes(1, 2), bytes(), bytes(3, 4, 5, 6)],
    )
    assert.deepEqual([await reader.take(9), await reader.take(1)], [bytes(7, 8), bytes()])
  })
})
