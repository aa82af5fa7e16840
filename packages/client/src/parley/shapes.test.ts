import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { conversation, list, members, natural, oneOf, optional, orNull, text, user, Wrong } from './shapes.ts'

describe('the shape of what a server says', () => {
  const shape = members({ seq: natural, from: user, note: optional(text), end: orNull(oneOf('a', 'b')) })

  it('is read with the members that it names, and without others', () => {
    const read = shape({ seq: 7, from: 'Ann_1', end: null, more: 'x', __proto__: { note: 7 } })
    assert.deepEqual(read, { seq: 7, from: 'Ann_1', note: undefined, end: null })
  })

  for (const [value, words] of [
    [{ seq: -1, from: 'ann', end: null }, '"seq" is no whole number'],
    [{ seq: 1.5, from: 'ann', end: null }, '"seq" is no whole number'],
    [{ seq: 2 ** 53, from: 'ann', end: null }, '"seq" is no whole number'],
    [{ from: 'ann', end: null }, '"seq" is no whole number'],
    [{ seq: 1, from: 'ann ann', end: null }, '"from" is no name of a user'],
    [{ seq: 1, from: 'x'.repeat(33), end: null }, '"from" is no name of a user'],
    [{ seq: 1, from: 'ann', note: 1, end: null }, '"note" is no text'],
    [{ seq: 1, from: 'ann', end: 'c' }, '"end" is no a or b'],
    [[], 'it is no object'],
    [null, 'it is no object'],
  ] as const) {
    it(`says that ${words}`, () => {
      const wrong = shape(value)
      assert.ok(wrong instanceof Wrong)
      assert.equal(String(wrong), words)
    })
  }

  it('names the member deep inside', () => {
    const wrong = members({ users: list(members({ name: user })) })({ users: [{ name: 'ann' }, { name: '' }] })
    assert.ok(wrong instanceof Wrong)
    assert.equal(String(wrong), '"users.1.name" is no name of a user')
  })

  it('knows conversations', () => {
    for (const right of ['*', '#gardeners', '@ann']) assert.equal(conversation(right), right)
    for (const wrong of ['', 'ann', '**', '#', '@a b', '# x']) assert.ok(conversation(wrong) instanceof Wrong)
  })
})
