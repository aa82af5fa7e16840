import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { fail } from './result.ts'
import { parseText, utf8Bytes } from './text.ts'

/** As others hear it; empty: it is refused. */
function cleaned(text: string): string {
  const parsed = parseText(text)
  return parsed.ok ? parsed.value : ''
}

describe('text', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['plain text', 'Hello, wörld: 😀', 'Hello, wörld: 😀'],
    ['every kind of line break', 'a\r\nb\rc\nd\n\re', 'a\nb\nc\nd\n\ne'],
    ['control characters', '\u0000a\u0008\tb\u001b[2Jc\u007f\u0080\u0085\u009fd', 'a\tb[2Jcd'],
    ['what only looks like one', '\u00a0é€😀\u2028x\u2029', '\u00a0é€😀\u2028x\u2029'],
    ['blanks around what is seen', ' \t\n x ', ' \t\n x '],
  ]
  for (const [what, text, clean] of cases) it(`is made safe: ${what}`, () => assert.equal(cleaned(text), clean))

  it('is empty when nothing was written that can be seen', () => {
    for (const text of [
      '',
      ' ',
      ' \t\n ',
      '\u00a0\u3000\ufeff',
      '\u200b\u2060',
      '\n',
      '\r\r\n',
      '\u001b\n\u0000',
      '\u2028',
      '\u0085\u007f\u2029\n',
    ]) {
      assert.deepEqual(parseText(text), fail('empty-text'), JSON.stringify(text))
    }
  })

  it('holds nothing that a terminal obeys, and cleaning twice changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const clean = cleaned(text)
        assert.doesNotMatch(clean, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
        assert.equal(cleaned(clean), clean)
      }),
    )
  })

  it('weighs what its UTF-8 does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.equal(utf8Bytes(text), new TextEncoder().encode(text).length)
      }),
    )
    assert.equal(utf8Bytes('\ud800'), 3)
    assert.equal(utf8Bytes('\udc00\ud800x'), 7)
  })
})
