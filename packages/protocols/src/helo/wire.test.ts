import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseGroupName, parseUserName, type ChatEvent, type UserName } from '@parley/core'
import { encodeText } from '../kit/text.ts'
import { heloWire, heloWireWithGroups } from './wire.ts'

const stamp = { seq: 1, at: 0 }
const unkept = { kept: false, nonce: null }

describe('helo wire', () => {
  const from = userName('ann')
  const to = userName('bob')

  it('breaks a message of several lines into one BCST for each that is not empty (X-4)', () => {
    const bytes = heloWire.encode({ kind: 'broadcast', from, text: 'one\n\n two\n', ...unkept }, stamp)
    assert.deepEqual(bytes, encodeText('BCST [ann] one\nBCST [ann]  two\n'))
  })

  it('marks every line of a private message, because none of them may pass for a broadcast (H-8)', () => {
    const bytes = heloWire.encode(
      { kind: 'private-message', from, to, text: 'one\ntwo', storedAs: null, ...unkept },
      stamp,
    )
    assert.deepEqual(bytes, encodeText('BCST [ann] (private) one\nBCST [ann] (private) two\n'))
  })

  it('says a group message line by line, with its group where the listener asks for the field form (H-6)', () => {
    const cats = parseGroupName('Cats')
    assert.ok(cats.ok)
    const event: ChatEvent = { kind: 'group-message', group: cats.value, from, text: 'one\n\n two', ...unkept }
    assert.deepEqual(heloWire.encode(event, stamp), encodeText('GROUP_MESSAGE [ann] one\nGROUP_MESSAGE [ann]  two\n'))
    assert.deepEqual(
      heloWireWithGroups.encode(event, stamp),
      encodeText('GROUP_MESSAGE Cats: [ann] one\nGROUP_MESSAGE Cats: [ann]  two\n'),
    )
    const kicked: ChatEvent = { kind: 'group-member-kicked', group: cats.value, user: from }
    assert.deepEqual(heloWireWithGroups.encode(kicked, stamp), heloWire.encode(kicked, stamp))
  })

  it('has no words for who comes and goes (X-1)', () => {
    assert.equal(heloWire.encode({ kind: 'user-joined', user: from }, stamp), null)
    assert.equal(heloWire.encode({ kind: 'user-left', user: from }, stamp), null)
  })
})

function userName(text: string): UserName {
  const parsed = parseUserName(text)
  assert.ok(parsed.ok)
  return parsed.value
}
