import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { Md5 } from './md5.ts'

function md5(...pieces: readonly Uint8Array[]): string {
  const sum = new Md5()
  for (const piece of pieces) sum.update(piece)
  return sum.hex()
}

describe('MD5 piece by piece', () => {
  for (const [text, digest] of [
    ['', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['a', '0cc175b9c0f1b6a831c399e269772661'],
    ['abc', '900150983cd24fb0d6963f7d28e17f72'],
    ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
    ['abcdefghijklmnopqrstuvwxyz', 'c3fcd3d76192e4007dfb496cca67e13b'],
    ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', 'd174ab98d277d9f5a5611c2c9f419d9f'],
    ['1234567890'.repeat(8), '57edf4a22be3c955ac49da2e2107b67a'],
  ] as const) {
    it(`gives what RFC 1321 says for "${text.slice(0, 20)}"`, () => assert.equal(md5(Buffer.from(text)), digest))
  }

  it('gives what Node gives for every length around the blocks, however it is cut', () => {
    for (let length = 0; length < 260; length++) {
      const bytes = Uint8Array.from({ length }, (_, at) => (at * 31 + length) & 0xff)
      const want = createHash('md5').update(bytes).digest('hex')
      const cut = (length * 7) % (length + 1)
      assert.equal(md5(bytes.subarray(0, cut), bytes.subarray(cut)), want, `${length} bytes cut at ${cut}`)
    }
  })
})
