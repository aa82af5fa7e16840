import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { base64Bytes, looksLikeSessionKey, looksSealed } from './opaque.ts'

const base64Of = (bytes: number, first = 7) =>
  Buffer.alloc(bytes, 7).fill(first, 0, Math.min(1, bytes)).toString('base64')

describe('opaque values', () => {
  it('count the bytes that base64 stands for, and know what is none', () => {
    for (let bytes = 0; bytes < 70; bytes++) assert.equal(base64Bytes(base64Of(bytes)), bytes)
    for (const text of ['hello', 'abcde', 'ab=c', 'a===', '====', 'ab cd', 'abc_', 'abcd\n', 'abé='])
      assert.equal(base64Bytes(text), null, text)
  })

  it('look sealed when they are base64 of whole blocks', () => {
    for (const bytes of [16, 32, 48, 160]) assert.equal(looksSealed(base64Of(bytes)), true)
    for (const bytes of [0, 1, 15, 17, 24, 47]) assert.equal(looksSealed(base64Of(bytes)), false)
    assert.equal(looksSealed('hello there everybody ok'), false)
  })

  it('look sealed when they are base64 of a parley-1 message, whatever its length', () => {
    for (const bytes of [29, 30, 31, 33, 47]) assert.equal(looksSealed(base64Of(bytes, 1)), true)
    for (const bytes of [3, 17, 28]) assert.equal(looksSealed(base64Of(bytes, 1)), false)
    for (const first of [0, 2, 5, 255]) assert.equal(looksSealed(base64Of(33, first)), false)
  })

  it('look like a session key from 64 bytes on', () => {
    assert.deepEqual(
      [63, 64, 256].map((bytes) => looksLikeSessionKey(base64Of(bytes))),
      [false, true, true],
    )
    assert.equal(looksLikeSessionKey('word '.repeat(30)), false)
  })
})
