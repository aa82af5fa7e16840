import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isBody, parseBody, textMember } from './body.ts'

describe('json body', () => {
  it('is an object and nothing else', () => {
    for (const text of ['[]', '"text"', '25', 'true', 'null', '{']) assert.equal(isBody(parseBody(text)), false, text)
    assert.equal(isBody(parseBody('{"a": null}')), true)
  })

  it('has a text where a string stands, and none where the member is missing, null or of another kind', () => {
    assert.equal(read('{"message": "hi", "more": 1}', 'message'), 'hi')
    for (const text of ['{}', '{"message": null}', '{"message": 25}', '{"message": ["hi"]}', '{"message": {}}']) {
      assert.equal(read(text, 'message'), undefined, text)
    }
  })

  it('takes no member from a prototype, not even one that the sender names', () => {
    const body = parseBody('{"__proto__": {"username": "ann"}, "constructor": {"prototype": {"username": "ann"}}}')
    assert.ok(isBody(body))
    assert.equal(textMember(body, 'username'), undefined)
    assert.equal(textMember({}, 'toString'), undefined)
    assert.equal(({} as { username?: string }).username, undefined)
  })

  it('has U+FFFD for half a surrogate pair and keeps whole pairs', () => {
    assert.equal(read('{"message": "a\\ud83d b\\ud83d\\ude00"}', 'message'), 'a\ufffd b\u{1f600}')
  })
})

function read(text: string, member: string): string | undefined {
  const body = parseBody(text)
  assert.ok(isBody(body))
  return textMember(body, member)
}
