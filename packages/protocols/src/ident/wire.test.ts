import { parseUserName, type ChatEvent, type UserName } from '@parley/core'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { identWire } from './wire.ts'

const stamp = { seq: 1, at: 0 }
const unkept = { kept: false, nonce: null }

const [ann, bob] = [userName('ann'), userName('bob')]

describe('ident wire', () => {
  it('says who joined and who left', () => {
    assert.equal(written({ kind: 'user-joined', user: ann }), 'JOINED ann\n')
    assert.equal(written({ kind: 'user-left', user: ann }), 'LEFT ann\n')
  })

  it('says a text of several lines as one message for each that is not empty', () => {
    const text = 'one\n\n two \nthree\n'
    assert.equal(
      written({ kind: 'broadcast', from: ann, text, ...unkept }),
      'BCST ann one\nBCST ann  two \nBCST ann three\n',
    )
    assert.equal(
      written({ kind: 'private-message', from: ann, to: bob, text, storedAs: null, ...unkept }),
      'PRIVATE_MESSAGE ann one\nPRIVATE_MESSAGE ann  two \nPRIVATE_MESSAGE ann three\n',
    )
  })
})

function written(event: ChatEvent): string {
  const bytes = identWire.encode(event, stamp)
  assert.ok(bytes)
  return new TextDecoder().decode(bytes)
}

function userName(text: string): UserName {
  const parsed = parseUserName(text)
  assert.ok(parsed.ok)
  return parsed.value
}
