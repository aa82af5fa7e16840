import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { it } from 'node:test'
import { Sha256 } from './sha256.ts'

it('is SHA-256, however the bytes were split', () => {
  const bytes = Uint8Array.from({ length: 1_000 }, (_, at) => (at * 167) & 255)
  for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 1_000]) {
    const expected = createHash('sha256').update(bytes.subarray(0, length)).digest('hex')
    for (const piece of [1, 7, 64, 100, 1_000]) {
      const sum = new Sha256()
      for (let at = 0; at < length; at += piece) sum.update(bytes.subarray(at, Math.min(length, at + piece)))
      assert.equal(sum.hex(), expected, `${length} bytes, ${piece} at once`)
    }
  }
})
