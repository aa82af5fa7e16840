import assert from 'node:assert/strict'
import { test } from 'node:test'
import { folded } from './wire-values.ts'

test('long values of a frame are folded to their beginning and their length, and the rest stays', () => {
  const key = 'A'.repeat(400)
  assert.equal(folded(`> KEY bob ${key} 7`), '> KEY bob AAAAAAAAAAAAAAAA…(400) 7')
  assert.equal(folded(`< {"kind":"key","data":"${key}"}`), '< {"kind":"key","data":"AAAAAAAAAAAAAAA…(402)"}')
  assert.equal(folded('> MSG hello everybody'), '> MSG hello everybody')
  assert.equal(folded(`"a \\" ${'b '.repeat(40)}"`), '"a \\" b b b b b …(87)"')
})
