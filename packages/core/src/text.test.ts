import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { cleanText } from './text.ts'

describe('clean text', () => {
  it('turns every kind of line break into one', () => {
    assert.equal(cleanText('a\r\nb\rc\nd\n\re'), 'a\nb\nc\nd\n\ne')
  })

  it('loses control characters but tab and line break, and nothing else', () => {
    assert.equal(
      cleanText('\u0000a\u0008\tb\u001b[2Jc\u007f\u0080\u009fd\u00a0é€😀\u2028'),
      'a\tb[2Jcd\u00a0é€😀\u2028',
    )
  })

  it('is empty when nothing but line breaks and control characters was written', () => {
    for (const text of ['', '\n', '\r\r\n', '\u001b\n\u0000']) assert.equal(cleanText(text), '')
    for (const text of [' ', '\t', '\n \n']) assert.equal(cleanText(text), text)
  })

  it('holds nothing that a terminal obeys, and cleaning twice changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const clean = cleanText(text)
        assert.doesNotMatch(clean, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
        assert.equal(cleanText(clean), clean)
      }),
    )
  })
})
