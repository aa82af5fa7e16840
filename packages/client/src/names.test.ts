import assert from 'node:assert/strict'
import { it } from 'node:test'
import { wrongNameIn } from './names.ts'

it('a name is one visible word', () => {
  for (const right of ['ann', 'a', 'user_1', 'Zoë', 'x'.repeat(64)]) assert.equal(wrongNameIn({ user: right }), null)
  for (const wrong of ['', ' ', 'bob to you (sealed)', 'a\nb', 'a\u200bb', '\u202eann', 'a\u001b[2J', 'x'.repeat(65)]) {
    assert.equal(wrongNameIn({ from: wrong }), wrong.slice(0, 64))
  }
  assert.equal(wrongNameIn({ from: null, text: 'two words' }), null)
})
