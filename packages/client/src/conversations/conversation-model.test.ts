import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { past, stampOf } from '../../suites/fake-history-chat.ts'
import { ConversationModel } from './conversation-model.ts'

const more = { before: true, after: false }

describe('what a server numbers', () => {
  it('stands in the order of its numbers, once, whatever the way on which it came', () => {
    const model = new ConversationModel({ me: () => 'ann' })
    model.broadcast('bob', 'five', { stamp: stampOf(5) })
    model.note('event', 'cem joined')
    model.broadcast('bob', 'nine', { stamp: stampOf(9) })
    model.broadcast('ann', 'seven', { mine: true, stamp: stampOf(7) })
    model.broadcast('bob', 'nine again', { stamp: stampOf(9) })
    model.history.loaded(
      '*',
      { messages: [past(3, 'three'), past(5, 'five')], more: { before: true, after: true } },
      { before: 6 },
    )
    assert.deepEqual(textsOf(model), ['three', 'five', 'cem joined', 'seven', 'nine'])
    assert.deepEqual(model.lines.at(-1), {
      id: model.lines.at(-1)?.id,
      at: 9_000,
      kind: 'broadcast',
      conversation: 'all',
      from: 'bob',
      to: null,
      mine: false,
      text: 'nine',
      secrecy: null,
      seq: 9,
    })
  })

  it('has gaps that are known, and closed by what is loaded', () => {
    const model = new ConversationModel()
    model.broadcast('bob', 'live', { stamp: stampOf(100) })
    const gaps = () => model.open.gaps
    assert.deepEqual(gaps(), [{ after: null, before: 100 }])
    model.history.loaded('*', { messages: [past(40, 'a'), past(50, 'b')], more: { before: true, after: true } }, {})
    assert.deepEqual(gaps(), [
      { after: null, before: 40 },
      { after: 50, before: 100 },
    ])
    model.history.loaded(
      '*',
      { messages: [past(50, 'b'), past(70, 'c')], more: { before: true, after: true } },
      { before: 100 },
    )
    assert.deepEqual(gaps(), [{ after: null, before: 40 }])
    model.history.loaded('*', { messages: [past(1, 'first')], more: { before: false, after: true } }, { before: 40 })
    assert.deepEqual(gaps(), [])
    assert.deepEqual(textsOf(model), ['first', 'a', 'b', 'c', 'live'])
  })

  it('is deleted in its place', () => {
    const model = new ConversationModel()
    model.told('bob', 'secret', 'sealed', { stamp: stampOf(4) })
    model.history.deleted('@Bob', 4)
    model.history.deleted('@bob', 5)
    assert.deepEqual(
      model.lines.map(({ text, isDeleted }) => [text, isDeleted]),
      [['', true]],
    )
  })

  it('is shown as it was protected, and what cannot be opened as such', () => {
    const model = new ConversationModel({ me: () => 'ann' })
    const sealed = {
      ...past(1, 'mine', 'Ann', '@bob'),
      body: { kind: 'text', text: 'mine', secrecy: 'sealed' },
    } as const
    const closed = { ...past(2, '', 'bob', '@bob'), body: { kind: 'unreadable', reason: 'no key' } } as const
    const gone = { ...past(3, '', 'bob', '@bob'), body: { kind: 'deleted' } } as const
    model.history.loaded('@bob', { messages: [sealed, closed, gone], more }, {})
    assert.deepEqual(
      model.lines.map(({ kind, from, to, mine, text, secrecy, isDeleted = false }) =>
        [kind, from, to, mine, text, secrecy, isDeleted].join(' '),
      ),
      [
        'private  bob true mine sealed false',
        'warning   false a sealed message of you and bob cannot be read: no key  false',
        'private bob  false  plain true',
      ],
    )
  })
})

describe('what is unread', () => {
  it('is counted by the server, and goes on from there', () => {
    const model = new ConversationModel({ me: () => 'ann' })
    model.told('bob', 'hi', 'plain', { stamp: stampOf(10) })
    model.told('bob', 'ho', 'plain', { stamp: stampOf(12) })
    const bob = () => model.conversations.find(({ key }) => key === '@bob')
    assert.equal(bob()?.unread, 2)
    model.history.listed([{ of: '@bob', last: past(11, 'he', 'bob', '@bob'), unread: 5, mark: 3 }])
    assert.equal(bob()?.unread, 6)
    model.told('bob', 'older than the list', 'plain', { stamp: stampOf(11) })
    assert.equal(bob()?.unread, 6)
    model.told('bob', 'ann?', 'plain', { stamp: stampOf(13) })
    assert.deepEqual([bob()?.unread, bob()?.isCalled], [7, true])
    model.history.marked('@bob', 12)
    assert.equal(bob()?.unread, 1)
    model.history.marked('@bob', 11)
    assert.equal(bob()?.unread, 1)
    model.history.marked('@bob', 13)
    assert.deepEqual([bob()?.unread, bob()?.isCalled], [0, false])
  })

  it('is read to its last number where it is open', () => {
    const model = new ConversationModel()
    model.groupSaid('cooks', 'bob', 'salt', { stamp: stampOf(8) })
    model.show('#cooks')
    assert.deepEqual([model.open.unread, model.open.mark], [0, 8])
    model.groupSaid('cooks', 'bob', 'pepper', { stamp: stampOf(9) })
    assert.deepEqual([model.open.unread, model.open.mark], [0, 9])
    model.history.listed([{ of: '#cooks', last: past(20, 'sugar', 'bob', '#cooks'), unread: 3, mark: 9 }])
    assert.deepEqual([model.open.unread, model.open.mark], [0, 20])
  })

  it('is nothing of what is loaded from before', () => {
    const model = new ConversationModel()
    const heard: unknown[] = []
    model.subscribe((line) => heard.push(line))
    model.history.loaded('@bob', { messages: [past(1, 'old', 'bob', '@bob')], more }, {})
    assert.deepEqual(heard, [null])
    assert.equal(model.conversations.find(({ key }) => key === '@bob')?.unread, 0)
  })
})

function textsOf(model: ConversationModel): readonly string[] {
  return model.lines.map(({ text }) => text)
}
