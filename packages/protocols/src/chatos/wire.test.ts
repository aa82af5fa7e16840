import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseUserName, type ChatEvent, type UserName } from '@parley/core'
import { chatosCodec } from './codec.ts'
import type { ChatosFrame } from './packets.ts'
import { chatosWire } from './wire.ts'

const stamp = { seq: 1, at: 0 }
const unkept = { kept: false, nonce: null }

const ann = nameOf('ann')
const bob = nameOf('Bob')

describe('chatos wire', () => {
  it('says a broadcast as SMA and a private message as SPM (C-14)', () => {
    assert.deepEqual(heard({ kind: 'broadcast', from: ann, text: 'hi', ...unkept }), [
      { op: 'SMA', sender: 'ann', message: 'hi' },
    ])
    assert.deepEqual(heard({ kind: 'private-message', from: ann, to: bob, text: 'a\nb', storedAs: null, ...unkept }), [
      { op: 'SPM', sender: 'ann', recipient: 'Bob', message: 'a\nb' },
    ])
  })

  it('has no words for who comes and goes', () => {
    assert.equal(chatosWire.encode({ kind: 'user-joined', user: ann }, stamp), null)
    assert.equal(chatosWire.encode({ kind: 'user-left', user: ann }, stamp), null)
  })

  it('cuts what is longer than 1,024 bytes between characters (C-10)', () => {
    const text = `${'x'.repeat(1_022)}😀${'é'.repeat(512)}`
    const frames = heard({ kind: 'private-message', from: ann, to: bob, text, storedAs: null, ...unkept })
    const messages = frames.map((frame) => (frame.op === 'SPM' ? frame.message : ''))
    assert.deepEqual(messages, ['x'.repeat(1_022), `😀${'é'.repeat(510)}`, 'éé'])
    assert.equal(heard({ kind: 'broadcast', from: ann, text: 'x'.repeat(1_024), ...unkept }).length, 1)
    assert.equal(heard({ kind: 'broadcast', from: ann, text: 'x'.repeat(1_025), ...unkept }).length, 2)
  })
})

function nameOf(text: string): UserName {
  const name = parseUserName(text)
  assert.ok(name.ok)
  return name.value
}

function heard(event: ChatEvent): readonly ChatosFrame[] {
  const bytes = chatosWire.encode(event, stamp)
  assert.ok(bytes)
  const decoder = chatosCodec.decoder(() => 0)
  decoder.push(bytes)
  const frames: ChatosFrame[] = []
  for (let item = decoder.next(); item; item = decoder.next()) {
    assert.ok(item.ok)
    frames.push(item.frame)
  }
  return frames
}
