import assert from 'node:assert/strict'
import { test } from 'node:test'
import { didYouMean, suggest } from './suggest.ts'

const known = ['listen', 'limits', 'log', 'mailbox', 'messageRate']

test('a slip of the keyboard finds its word, whatever the case', () => {
  assert.equal(suggest('lisen', known), 'listen')
  assert.equal(suggest('limtis', known), 'limits')
  assert.equal(suggest('messagerate', known), 'messageRate')
  assert.equal(suggest('lgo', known), 'log')
})

test('a word that resembles none finds none', () => {
  assert.equal(suggest('colour', known), undefined)
  assert.equal(suggest('', known), undefined)
  assert.equal(didYouMean('zzz', known), '')
  assert.equal(didYouMean('mailbx', known), ' (did you mean "mailbox"?)')
})
