import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { quoteIn, quoteOf } from './quotes.ts'

describe('quotes', () => {
  it('are the lines at the beginning with a mark in front', () => {
    assert.deepEqual(quoteIn('> ann: rain?\n> or sun?\n\nboth'), { quoted: 'ann: rain?\nor sun?', said: 'both' })
    assert.deepEqual(quoteIn('no quote\n> behind it'), { quoted: null, said: 'no quote\n> behind it' })
  })

  it('leave a message alone that is nothing else', () => {
    assert.deepEqual(quoteIn('> only this'), { quoted: null, said: '> only this' })
  })

  it('of a reply leave out what that one quoted, and most of what is long', () => {
    assert.equal(quoteOf('bob', '> ann: rain?\n\nyes'), '> bob: yes\n')
    assert.equal(quoteOf('bob', 'a\nb\nc\nd\ne'), '> bob: a\n> b\n> c\n> d\n')
    assert.equal(quoteOf('bob', 'x'.repeat(1_000)).length, 203)
  })
})
