import assert from 'node:assert/strict'
import { it } from 'node:test'
import { TextByUser } from './text-by-user.ts'

it('a text per user is found in any case, and the oldest go when there is too much', () => {
  const texts = new TextByUser()
  texts.set('Ann', 'one')
  texts.set('ANN', 'two')
  texts.set('bob', 'three')
  assert.deepEqual([texts.get('ann'), texts.get('Bob')], ['two', 'three'])
  texts.delete('aNN')
  assert.equal(texts.get('ann'), undefined)
  const mebibyte = 'x'.repeat(1_048_576)
  for (let user = 0; user < 16; user++) texts.set(`user_${user}`, mebibyte)
  assert.deepEqual([texts.get('bob'), texts.get('user_0')], [undefined, mebibyte])
  texts.set('late', 'x')
  assert.deepEqual([texts.get('user_0'), texts.get('user_1')], [undefined, mebibyte])
})
