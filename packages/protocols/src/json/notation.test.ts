import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { jsonNotation } from './notation.ts'

const same = (want: string, got: string) => jsonNotation.same!(want, got)

describe('json notation', () => {
  it('takes lines as the same whatever the blanks and the order of members', () => {
    assert.ok(same('BROADCAST {"username": "ann", "message": "hi"}', 'BROADCAST {"message":"hi","username":"ann"}'))
    assert.ok(same('X {"a": {"b": [1, null, "c"], "d": true}}', 'X { "a":{"d":true,"b":[1,null,"c"]} }'))
    assert.ok(same('PING', 'PING'))
    assert.ok(same('PING', 'PING {}'))
  })

  it('tells lines apart by header, by value, by kind, by a member too few or too many, and by the order of a list', () => {
    const lines = [
      'X {"a": 1}',
      'Y {"a": 1}',
      'X {"a": 2}',
      'X {"a": "1"}',
      'X {"a": null}',
      'X {"a": [1]}',
      'X {"a": {}}',
      'X {"b": 1}',
      'X {"a": 1, "b": 1}',
      'X {}',
      'X [1, 2]',
      'X [2, 1]',
      'X [1]',
      'X not JSON',
      'X nor this',
    ]
    for (const want of lines) for (const got of lines) assert.equal(same(want, got), want === got, `${want} | ${got}`)
  })

  it('does not take what an object inherits for a member', () => {
    assert.equal(same('X {"toString": 1}', 'X {"b": 1}'), false)
    assert.equal(same('X {"__proto__": {}}', 'X {"b": {}}'), false)
  })

  it('goes no deeper into what came than the wanted line goes', () => {
    assert.equal(same('X {"a": 1}', `X {"a": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`), false)
  })
})
