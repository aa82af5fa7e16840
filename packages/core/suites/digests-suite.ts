import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Digests } from '../src/ports/digests.ts'

/** RFC 1321, A.5. */
const vectors: readonly (readonly [text: string, md5: string])[] = [
  ['', 'd41d8cd98f00b204e9800998ecf8427e'],
  ['a', '0cc175b9c0f1b6a831c399e269772661'],
  ['abc', '900150983cd24fb0d6963f7d28e17f72'],
  ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
  ['abcdefghijklmnopqrstuvwxyz', 'c3fcd3d76192e4007dfb496cca67e13b'],
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', 'd174ab98d277d9f5a5611c2c9f419d9f'],
  [
    '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
    '57edf4a22be3c955ac49da2e2107b67a',
  ],
]

/** The promises of the digests port. */
export function digestsSuite(name: string, open: () => Digests): void {
  suite(`${name} keep the promises of digests`, () => {
    for (const [text, md5] of vectors) {
      const bytes = new TextEncoder().encode(text)
      test(`the MD5 of ${bytes.length} bytes, whole and byte by byte, is that of RFC 1321`, () => {
        const whole = open().md5()
        whole.update(bytes)
        assert.equal(whole.hex(), md5)
        const pieces = open().md5()
        for (const byte of bytes) pieces.update(Uint8Array.of(byte))
        assert.equal(pieces.hex(), md5)
      })
    }

    test('the SHA-256 of two texts, whole and byte by byte, is that of FIPS 180-2, appendix B', () => {
      const vectors256 = [
        ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
        [
          'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
          '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
        ],
      ] as const
      for (const [text, sha256] of vectors256) {
        const bytes = new TextEncoder().encode(text)
        const whole = open().sha256()
        whole.update(bytes)
        assert.equal(whole.hex(), sha256)
        const pieces = open().sha256()
        for (const byte of bytes) pieces.update(Uint8Array.of(byte))
        assert.equal(pieces.hex(), sha256)
      }
    })

    test('two that run at once do not mix', () => {
      const digests = open()
      const [one, other] = [digests.md5(), digests.md5()]
      one.update(new TextEncoder().encode('ab'))
      other.update(new TextEncoder().encode('a'))
      one.update(new TextEncoder().encode('c'))
      assert.equal(one.hex(), '900150983cd24fb0d6963f7d28e17f72')
      assert.equal(other.hex(), '0cc175b9c0f1b6a831c399e269772661')
    })
  })
}
