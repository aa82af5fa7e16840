import { digestsSuite } from '@parley/core/suites'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { Md5 } from './md5.ts'

function md5(...pieces: readonly Uint8Array[]): string {
  const sum = new Md5()
  for (const piece of pieces) sum.update(piece)
  return sum.hex()
}

digestsSuite('the digests of the kit', () => ({ md5: () => new Md5(), sha256: () => new Md5() }))

describe('MD5 piece by piece', () => {
  it('gives what Node gives for every length around the blocks, however it is cut', () => {
    for (let length = 0; length < 260; length++) {
      const bytes = Uint8Array.from({ length }, (_, at) => (at * 31 + length) & 0xff)
      const want = createHash('md5').update(bytes).digest('hex')
      const cut = (length * 7) % (length + 1)
      assert.equal(md5(bytes.subarray(0, cut), bytes.subarray(cut)), want, `${length} bytes cut at ${cut}`)
    }
  })
})
