import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isBody, parseBody } from './body.ts'
import { guessedNumber } from './game.ts'

describe('the number of a guess', () => {
  it('is a whole number in any notation that JSON has for it', () => {
    for (const [text, number] of [
      ['25', 25],
      ['25.0', 25],
      ['2.5e1', 25],
      ['1e1', 10],
      ['0', 0],
      ['-3', -3],
      ['1e400', Infinity],
    ] as const) {
      assert.equal(guessed(`{"number": ${text}}`), number, text)
    }
  })

  it('may be a string that is written as whole numbers are', () => {
    for (const [text, number] of [
      ['25', 25],
      [' 25 ', 25],
      ['\\t25\\n', 25],
      ['+25', 25],
      ['-3', -3],
      ['007', 7],
      ['9'.repeat(400), Infinity],
    ] as const) {
      assert.equal(guessed(`{"number": "${text}"}`), number, text)
    }
  })

  it('is none where the member is missing, or is anything else', () => {
    const numbers = ['2.5', '25.000001', '1e-1', '-0.5', 'null', 'true', '[25]', '{"number": 25}']
    const strings = ['', ' ', '2.5', '25.0', '1e1', '0x19', 'Infinity', 'NaN', '2 5', '25x', '--25', '<25>', '\\u0662']
    for (const value of [...numbers, ...strings.map((text) => `"${text}"`)]) {
      assert.equal(guessed(`{"number": ${value}}`), null, value)
    }
    for (const body of ['{}', '{"Number": 25}', '{"__proto__": {"number": 25}}'])
      assert.equal(guessed(body), null, body)
  })
})

function guessed(text: string): number | null {
  const body = parseBody(text)
  assert.ok(isBody(body))
  return guessedNumber(body)
}
