import * as fc from 'fast-check'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cutToBytes, encodeText, linesOf } from './text.ts'

describe('lines of a message', () => {
  it('are its non-empty ones, unchanged', () => {
    assert.deepEqual(linesOf('one\n\n two \nthree\n'), ['one', ' two ', 'three'])
    assert.deepEqual(linesOf(''), [])
    assert.deepEqual(linesOf('\n\n'), [])
  })

  it('end at the separators of lines and paragraphs as well (X-4)', () => {
    assert.deepEqual(linesOf('one\u2028two\u2029\u2028three'), ['one', 'two', 'three'])
    assert.deepEqual(linesOf('\u2029'), [])
  })
})

describe('a text cut to bytes', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: fc.constantFrom('a', 'é', '€', '😀'), maxLength: 60 }),
  )
  const max = fc.integer({ min: 4, max: 20 })

  it('is the same text when its pieces are joined', () => {
    fc.assert(fc.property(text, max, (whole, bytes) => assert.equal(cutToBytes(whole, bytes).join(''), whole)))
  })

  it('has no piece of more bytes than allowed, and none that could have taken one character more', () => {
    fc.assert(
      fc.property(text, max, (whole, bytes) => {
        const pieces = cutToBytes(whole, bytes)
        for (const [index, piece] of pieces.entries()) {
          assert.ok(encodeText(piece).length <= bytes)
          const [next] = pieces[index + 1] ?? ''
          if (next !== undefined) assert.ok(encodeText(piece + next).length > bytes)
        }
      }),
    )
  })

  it('is cut between characters: every piece survives UTF-8', () => {
    fc.assert(
      fc.property(text, max, (whole, bytes) => {
        for (const piece of cutToBytes(whole, bytes)) assert.equal(new TextDecoder().decode(encodeText(piece)), piece)
      }),
    )
  })

  it('is one piece where it fits, the empty text too', () => {
    assert.deepEqual(cutToBytes('abcd', 4), ['abcd'])
    assert.deepEqual(cutToBytes('', 4), [''])
    assert.deepEqual(cutToBytes('😀😀', 7), ['😀', '😀'])
  })
})
