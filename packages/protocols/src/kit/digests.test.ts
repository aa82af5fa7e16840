import { digestsSuite } from '@parley/core/suites'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { Md5 } from './md5.ts'
import { Sha256 } from './sha256.ts'

const digests = { md5: Md5, sha256: Sha256 } as const

digestsSuite('the digests of the kit', () => ({ md5: () => new Md5(), sha256: () => new Sha256() }))

describe('digests piece by piece', () => {
  for (const [name, Digest] of Object.entries(digests)) {
    it(`give what Node gives, for every length around the blocks, however it is cut: ${name}`, () => {
      for (let length = 0; length < 260; length++) {
        const bytes = Uint8Array.from({ length }, (_, at) => (at * 31 + length) & 0xff)
        const want = createHash(name).update(bytes).digest('hex')
        for (const piece of [1, 7, 64, 100, 260]) {
          const sum = new Digest()
          for (let at = 0; at < length; at += piece) sum.update(bytes.subarray(at, at + piece))
          assert.equal(sum.hex(), want, `${length} bytes, ${piece} at once`)
        }
      }
    })
  }
})
