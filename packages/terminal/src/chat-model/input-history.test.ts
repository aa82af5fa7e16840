import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InputHistory } from './input-history.ts'

function historyOf(...texts: readonly string[]): InputHistory {
  const history = new InputHistory()
  for (const text of texts) history.add(text, 'all')
  return history
}

test('up goes back to the oldest, down forward to what was being written', () => {
  const history = historyOf('one', 'two')
  assert.equal(history.down('all', 'dra'), null)
  assert.deepEqual(
    [history.up('all', 'draft'), history.up('all', 'two'), history.up('all', 'one')],
    ['two', 'one', null],
  )
  assert.deepEqual([history.down('all', 'one'), history.down('all', 'two')], ['two', 'draft'])
  assert.equal(history.down('all', 'draft'), null)
})

test('what was changed on the way is there again, and is forgotten once something is sent', () => {
  const history = historyOf('one', 'two')
  history.up('all', '')
  assert.equal(history.up('all', 'two changed'), 'one')
  assert.equal(history.down('all', 'one changed'), 'two changed')
  history.add('two changed', 'all')
  assert.deepEqual([history.up('all', ''), history.up('all', ''), history.up('all', '')], ['two changed', 'two', 'one'])
})

test('blank lines, and the same once more, are not kept', () => {
  const history = historyOf('one', ' ', 'one')
  assert.equal(history.up('all', ''), 'one')
  assert.equal(history.up('all', 'one'), null)
})

test('what was said in one conversation is not offered in another, but commands are', () => {
  const history = new InputHistory()
  history.add('to everybody', 'all')
  history.add('to bob alone', '@bob')
  history.add('/users', '@bob')
  history.add('//slash for bob', '@bob')
  assert.deepEqual(
    [history.up('all', ''), history.up('all', ''), history.up('all', '')],
    ['/users', 'to everybody', null],
  )
  assert.equal(history.search('all', 'bob', 0), null)
  assert.equal(history.search('@bob', 'BOB', 0), '//slash for bob')
})

test('going back in one conversation keeps what is written there while another one goes on', () => {
  const history = historyOf('one')
  assert.equal(history.up('all', 'my draft'), 'one')
  history.add('to bob', '@bob')
  history.add('/users', '@bob')
  assert.equal(history.down('all', 'one'), '/users')
  assert.equal(history.down('all', '/users'), 'my draft')
})

test('searching goes from the newest to the oldest, each text once', () => {
  const history = historyOf('make tea', 'make coffee', 'drink', 'make tea')
  assert.deepEqual(
    [0, 1, 2].map((skip) => history.search('all', 'make', skip)),
    ['make tea', 'make coffee', null],
  )
})

test('the history has an end', () => {
  const history = new InputHistory()
  for (let i = 0; i < 600; i++) history.add(`line ${i}`, 'all')
  let oldest: string | null = ''
  for (let next: string | null = ''; next !== null; next = history.up('all', '')) oldest = next
  assert.equal(oldest, 'line 100')
})
