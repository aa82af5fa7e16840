import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Link } from '@parley/core'
import { LinkReader } from './link-reader.ts'

describe('a reader of a raw connection', () => {
  for (const size of [1, 2, 5, 100]) {
    it(`reads words, lines and pieces from chunks of ${size} bytes`, async () => {
      const reader = readerOf('FILE <ann é \r\n\nrest of it\rabcdef\nend', size)
      assert.deepEqual(await reader.word(10), { text: 'FILE', end: 'blank' })
      assert.deepEqual(await reader.word(10), { text: '<ann', end: 'blank' })
      assert.deepEqual(await reader.word(10), { text: 'é', end: 'blank' })
      assert.deepEqual(await reader.word(10), { text: 'rest', end: 'blank' })
      assert.deepEqual(await reader.line(10), { text: 'of it', end: 'line' })
      assert.equal(String.fromCharCode(...(await reader.exactly(2))!), 'ab')
      let pieces = ''
      for (let piece = await reader.pieceOfLine(); piece; piece = await reader.pieceOfLine()) {
        pieces += String.fromCharCode(...piece)
      }
      assert.equal(pieces, 'cdef')
      assert.deepEqual(await reader.line(10), { text: 'end', end: 'stream' })
      assert.equal(await reader.piece(), null)
      assert.equal(await reader.exactly(1), null)
    })
  }

  it('gives up a word or line that is too long, ended or not', async () => {
    assert.equal(await readerOf('abcdef', 1).word(5), null)
    assert.equal(await readerOf('abcdef\n', 100).line(5), null)
    assert.deepEqual(await readerOf('abcde\n', 100).line(5), { text: 'abcde', end: 'line' })
  })
})

function readerOf(text: string, size: number): LinkReader {
  let left: Uint8Array = new TextEncoder().encode(text)
  const read = async (): Promise<Uint8Array | null> => {
    const chunk = left.subarray(0, size)
    left = left.subarray(size)
    return chunk.length > 0 ? chunk : null
  }
  const unused = () => assert.fail('it only reads')
  const link: Link = { read, write: unused, flushed: unused, end: unused, destroy: unused, lost: false }
  return new LinkReader(link)
}
