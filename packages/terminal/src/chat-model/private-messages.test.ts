import { ChatError, type Clock } from '@parley/client'
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { FakeChat } from '../fake-chat.ts'
import { ConversationModel, Posting } from '@parley/client/conversations'
import { plainLine } from './plain-line.ts'
import { PrivateMessages } from './private-messages.ts'
import { UnderWay } from './under-way.ts'

describe('a private message', () => {
  function begin({ isScript = false } = {}) {
    const chat = new FakeChat()
    const model = new ConversationModel()
    const due = new Set<() => void>()
    const clock: Clock = {
      after: (_, run) => {
        due.add(run)
        return () => void due.delete(run)
      },
    }
    const underWay = new UnderWay(model, clock)
    const messages = new PrivateMessages({ model, posting: new Posting(chat, model), underWay, clock, isScript })
    const pass = () => {
      for (const run of due) run()
    }
    const answer = Promise.withResolvers<'sealed'>()
    chat.answers['tell bob one'] = answer.promise
    return { chat, model, messages, answer, pass, shown: () => model.lines.map(plainLine) }
  }

  test('that takes long is pending, and those behind it to the same user come behind it', async () => {
    const { chat, messages, answer, pass, shown } = begin()
    const [one, two] = [messages.tell('bob', 'one'), messages.tell('BOB', 'two')]
    await messages.tell('cem', 'three')
    pass()
    await Promise.all([one, two])
    const pending = (text: string, user: string) => `* "${text}" to ${user} is pending: no reply has come yet`
    assert.deepEqual(shown().slice(1), [pending('one', 'bob'), pending('two', 'BOB')])
    assert.deepEqual(chat.calls, ['tell bob one', 'tell cem three'])
    answer.resolve('sealed')
    await messages.tell('bob', 'four')
    assert.deepEqual(shown(), [
      'you to cem (sealed): three',
      'you to bob (sealed): one',
      'you to BOB (sealed): two',
      'you to bob (sealed): four',
    ])
  })

  test('that is refused at once rejects, and one that is refused later says so itself', async () => {
    const { chat, messages, answer, pass, shown } = begin()
    chat.answers['tell cem hi'] = new ChatError('refused', 'not now')
    await assert.rejects(messages.tell('cem', 'hi'), /not now/)
    const sent = messages.tell('bob', 'one')
    pass()
    await sent
    answer.reject(new ChatError('refused', 'too late'))
    await messages.tell('bob', 'two')
    assert.ok(shown().includes('! "one" to bob was not sent: too late.'))
    assert.ok(!shown().some((line) => line.includes('pending')))
  })

  test('of a script is waited for however long it takes', async () => {
    const { messages, answer, pass, shown } = begin({ isScript: true })
    const sent = messages.tell('bob', 'one')
    pass()
    answer.resolve('sealed')
    await sent
    assert.deepEqual(shown(), ['you to bob (sealed): one'])
  })
})
