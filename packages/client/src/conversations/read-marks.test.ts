import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FakeHistoryChat, stampOf } from '../../suites/fake-history-chat.ts'
import { HandClock } from '../../suites/hand-clock.ts'
import { ConversationModel } from './conversation-model.ts'
import { ReadMarks } from './read-marks.ts'

function environment() {
  const chat = new FakeHistoryChat()
  const clock = new HandClock()
  const model = new ConversationModel({ me: () => 'ann' })
  const marks = new ReadMarks(chat, model, clock)
  const say = (seq: number) => model.broadcast('bob', `m${seq}`, { stamp: stampOf(seq) })
  const pass = async () => {
    clock.pass()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { chat, model, marks, say, pass }
}

describe('read marks', () => {
  it('are told together, for what is open and was looked at', async () => {
    const { chat, model, say, pass } = environment()
    say(1)
    say(2)
    model.told('bob', 'psst', 'plain', { stamp: stampOf(3) })
    assert.deepEqual(chat.marks, [])
    await pass()
    assert.deepEqual(chat.marks, [['*', 2]])
    model.show('@bob')
    model.show('everybody')
    await pass()
    await pass()
    assert.deepEqual(chat.marks, [
      ['*', 2],
      ['@bob', 3],
    ])
  })

  it('wait until somebody looks', async () => {
    const { chat, marks, say, pass } = environment()
    marks.look(false)
    say(1)
    await pass()
    assert.deepEqual(chat.marks, [])
    marks.look(true)
    await pass()
    assert.deepEqual(chat.marks, [['*', 1]])
  })

  it('are told again after a broken connection', async () => {
    const { chat, say, pass } = environment()
    chat.isBroken = true
    say(1)
    await pass()
    chat.isBroken = false
    chat.emit('caught-up', { seq: 1, lost: [] })
    await pass()
    assert.deepEqual(chat.marks, [['*', 1]])
  })
})
