import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { splitWord } from './words.ts'

describe('the first word', () => {
  it('ends at the first blank, and what is behind that blank stays as it is', () => {
    assert.deepEqual(splitWord('PM bob  hi  there '), { word: 'PM', rest: 'bob  hi  there ' })
    assert.deepEqual(splitWord('PM  bob'), { word: 'PM', rest: ' bob' })
    assert.deepEqual(splitWord(' PM'), { word: '', rest: 'PM' })
  })

  it('is all of a text without a blank', () => {
    assert.deepEqual(splitWord('QUIT'), { word: 'QUIT', rest: '' })
    assert.deepEqual(splitWord('a\tb'), { word: 'a\tb', rest: '' })
    assert.deepEqual(splitWord(''), { word: '', rest: '' })
  })
})
