import { ChatError } from '@parley/client'
import { ConversationModel } from '@parley/client/conversations'
import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { FakeChat } from '../fake-chat.ts'
import { ReceivedFiles } from '../received-files.ts'
import { plainLine } from './plain-line.ts'
import { Talk } from './talk.ts'

describe('the recovery of keys in the terminal', () => {
  let chat: FakeChat
  let model: ConversationModel
  let talk: Talk

  beforeEach(() => {
    chat = new FakeChat('parley', ['users', 'tell', 'groups', 'sealing', 'backup'])
    model = new ConversationModel()
    talk = new Talk({ chat, model, received: new ReceivedFiles({ directory: tmpdir(), mostBytes: 1 }), secret: true })
  })
  afterEach(() => talk.close())

  const last = () => plainLine(model.lines.at(-1)!)

  it('asks on a device without keys, and names the ways out', () => {
    chat.emit('recovery-needed', { hasBackup: true })
    assert.match(last(), /^! WARNING: .*\n {4}\/recovery restore WORDS .*\n {4}\/recovery anew /)
    chat.emit('recovery-needed', { hasBackup: false })
    assert.match(
      last(),
      /^! WARNING: .*\n {4}\/recovery make, .*\n {4}\/recovery restore WORDS .*\n {4}\/recovery anew /,
    )
  })

  it('shows a phrase that was made, in no line that a log keeps', async () => {
    assert.equal(await talk.enter('/recovery make'), 'done')
    assert.match(last(), /\n {4}one two three\n/)
    assert.equal(model.lines.at(-1)?.kind, 'answer')
  })

  it('hands on the phrase as it was typed, and says why it was refused', async () => {
    assert.equal(await talk.enter('/recovery restore One  two '), 'done')
    assert.deepEqual(chat.calls, ['recovery restore One  two '])
    chat.answers['recovery'] = new ChatError('usage', 'these are not the twelve words of a recovery phrase')
    assert.equal(await talk.enter('/recovery restore x'), 'failed')
    assert.equal(last(), '! these are not the twelve words of a recovery phrase.')
  })

  it('makes new keys only where the device has none', async () => {
    assert.equal(await talk.enter('/recovery anew'), 'failed')
    assert.equal(last(), '! this device has keys already')
    chat.recovery.isNeeded = true
    assert.equal(await talk.enter('/recovery anew'), 'done')
    assert.deepEqual(chat.calls, ['recovery anew'])
  })
})
