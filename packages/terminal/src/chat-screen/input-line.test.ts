import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as edit from './input-line.ts'
import { widthOf } from './text-rows.ts'

const family = '👩‍👩‍👧'

test('moving and erasing take whole characters as a reader sees them', () => {
  const line = edit.lineOf(`a${family}b`)
  const before = edit.left(edit.left(line))
  assert.equal(before.cursor, 1)
  assert.equal(edit.right(before).cursor, 1 + family.length)
  assert.equal(edit.eraseForward(before).text, 'ab')
  assert.deepEqual(edit.eraseBack(edit.left(line)), { text: 'ab', cursor: 1 })
})

test('words and ends of the line', () => {
  const line = edit.lineOf('say hello  world ')
  assert.equal(edit.wordLeft(line).cursor, 11)
  assert.deepEqual(edit.eraseWord(line), { text: 'say hello  ', cursor: 11 })
  assert.equal(edit.wordRight({ text: 'one two', cursor: 0 }).cursor, 3)
  assert.deepEqual(edit.eraseToStart({ text: 'one two', cursor: 4 }), { text: 'two', cursor: 0 })
  assert.deepEqual(edit.eraseToEnd({ text: 'one two', cursor: 4 }), { text: 'one ', cursor: 4 })
})

test('what is inserted holds no control characters and has an end', () => {
  assert.equal(edit.insert(edit.emptyLine, 'a\u001b[2J\nb').text, 'a[2J b')
  const full = edit.insert(edit.emptyLine, 'x'.repeat(100_000))
  assert.ok(full.text.length <= 60_000)
  assert.equal(full.cursor, full.text.length)
})

test('a line that is too long is shown around the cursor', () => {
  const text = '0123456789'.repeat(5)
  for (let cursor = 0; cursor <= text.length; cursor++) {
    const { shown, at } = edit.windowOf({ text, cursor }, 12)
    assert.ok(widthOf(shown) < 12 && at < 12, `${cursor}: ${shown}`)
    assert.equal(shown[at], text[cursor])
  }
  assert.deepEqual(edit.windowOf(edit.lineOf('日本'), 12), { shown: '日本', at: 4 })
})
