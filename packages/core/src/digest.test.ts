import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { digestOf } from './digest.ts'

test('a digest is 16 hexadecimal digits', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => /^[0-9a-f]{16}$/.test(digestOf(text))))
  assert.notEqual(digestOf(''), digestOf(' '))
})

test('a digest differs where a text differs in one place, in length or in order', () => {
  const texts = ['', 'a', 'b', 'ab', 'ba', 'aab', 'aba', 'baa', 'a'.repeat(1_000), 'a'.repeat(1_001)]
  assert.equal(new Set(texts.map(digestOf)).size, texts.length)
  const numbers = Array.from({ length: 50_000 }, (_, number) => digestOf(`{"seq":${number}}`))
  assert.equal(new Set(numbers).size, numbers.length)
})
