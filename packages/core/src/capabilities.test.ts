import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasForm } from './capabilities.ts'

const values = ['abc+/=', 'a b', 'é', 'a\tb', 'a\nb', 'a\u2028b', 'a\u0085b', '']
const expected = {
  word: [true, false, false, false, false, false, false, false],
  line: [true, true, true, false, false, false, false, true],
  any: [true, true, true, true, true, true, true, true],
} as const

for (const form of ['word', 'line', 'any'] as const) {
  test(`an opaque value has the form ${form} where its protocol can carry it unaltered`, () => {
    assert.deepEqual(
      values.map((value) => hasForm(form, value)),
      expected[form],
    )
  })
}
