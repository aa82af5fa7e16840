import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cut, fit, span, widthOf, widthOfRow, wrap } from './text-rows.ts'

const anyText = fc.string({ unit: 'grapheme-composite', maxLength: 60 })

test('every row of a wrapped text fits, whatever the text', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 2, max: 30 }), fc.integer({ min: 2, max: 30 }), (text, width, first) => {
      for (const [i, row] of wrap(text, width, first).entries())
        assert.ok(widthOf(row) <= (i === 0 ? first : width), row)
    }),
  )
})

test('nothing but blanks is lost by wrapping', () => {
  const without = (text: string) => text.replaceAll(/\s/g, '')
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }), fc.integer({ min: 2, max: 20 }), (text, width) => {
      assert.equal(without(wrap(text, width).join('')), without(text))
    }),
  )
})

test('a text breaks between words, and words that are too long break anywhere', () => {
  assert.deepEqual(wrap('the quick brown fox', 10), ['the quick', 'brown fox'])
  assert.deepEqual(wrap('abcdefghij', 4), ['abcd', 'efgh', 'ij'])
  assert.deepEqual(wrap('日本語日本語', 5), ['日本', '語日', '本語'])
  assert.deepEqual(wrap('one\ntwo', 10), ['one', 'two'])
})

test('a letter with a thousand marks and a text without end are cut', () => {
  assert.ok(wrap(`a${'\u0301'.repeat(5_000)}`, 20).join('').length < 100)
  assert.ok(wrap('x'.repeat(1_000_000), 50).length < 400)
})

test('a row is made exactly as wide as it is to be', () => {
  fc.assert(
    fc.property(fc.array(anyText, { maxLength: 4 }), fc.integer({ min: 0, max: 40 }), (texts, width) => {
      const row = texts.map((text) => span(text.replaceAll(/[\p{Control}\n]/gu, '')))
      assert.equal(widthOfRow(fit(row, width)), width)
    }),
  )
  assert.equal(cut('日本語', 5), '日本…')
})
