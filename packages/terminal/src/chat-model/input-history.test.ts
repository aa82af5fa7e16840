import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InputHistory } from './input-history.ts'

test('up goes back to the oldest entry, down forward to what was being written', () => {
  const history = new InputHistory()
  for (const text of ['one', 'two', 'two', '  ']) history.add(text)
  assert.equal(history.up('dra'), 'two')
  assert.equal(history.up('two'), 'one')
  assert.equal(history.up('one'), 'one')
  assert.equal(history.down('one'), 'two')
  assert.equal(history.down('two'), 'dra')
  assert.equal(history.down('dra'), 'dra')
})

test('without entries nothing changes, and after an entry the way back starts anew', () => {
  const history = new InputHistory()
  assert.equal(history.up('x'), 'x')
  assert.equal(history.down('x'), 'x')
  history.add('one')
  history.up('')
  history.add('two')
  assert.equal(history.up(''), 'two')
})
