import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FakeHistoryChat, past, stampOf } from '../../suites/fake-history-chat.ts'
import { until } from '../../suites/told.ts'
import { ConversationModel } from './conversation-model.ts'
import { Past } from './past.ts'

function environment() {
  const chat = new FakeHistoryChat()
  const model = new ConversationModel({ me: () => 'ann' })
  const loader = new Past({ chat, model })
  const seqs = () => model.lines.flatMap(({ seq }) => seq ?? [])
  return { chat, model, loader, seqs }
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at)

describe('what was said before', () => {
  it('is loaded page by page, to the first message, and then no more', async () => {
    const { chat, loader, model, seqs } = environment()
    chat.kept = numbers(1, 120).map((seq) => past(seq, `m${seq}`))
    await loader.begin('everybody')
    assert.deepEqual(seqs(), numbers(71, 120))
    const both = [loader.older('everybody'), loader.older('everybody')]
    assert.equal(loader.isLoading('everybody'), true)
    assert.deepEqual(await Promise.all(both), [true, true])
    assert.deepEqual(seqs(), numbers(21, 120))
    assert.equal(await loader.older('everybody'), true)
    assert.equal(await loader.older('everybody'), false)
    assert.deepEqual(seqs(), numbers(1, 120))
    assert.deepEqual(chat.pages, [
      ['*', {}],
      ['*', { before: 71 }],
      ['*', { before: 21 }],
    ])
    assert.deepEqual(model.open.gaps, [])
  })

  it('closes the gap in front of what came live, and around what was found', async () => {
    const { chat, loader, model, seqs } = environment()
    chat.kept = numbers(1, 300).map((seq) => past(seq, `m${seq}`))
    model.broadcast('bob', 'live', { stamp: stampOf(300) })
    assert.equal(await loader.around('everybody', 100), true)
    assert.deepEqual(seqs(), [...numbers(75, 124), 300])
    assert.deepEqual(model.open.gaps.at(-1), { after: 124, before: 300 })
    while (model.open.gaps.length > 1) assert.equal(await loader.older('everybody'), true)
    assert.deepEqual(seqs(), numbers(75, 300))
  })

  it('closes a gap from its far side, too', async () => {
    const { chat, loader, model, seqs } = environment()
    chat.kept = numbers(1, 300).map((seq) => past(seq, `m${seq}`))
    model.broadcast('bob', 'live', { stamp: stampOf(300) })
    await loader.around('everybody', 100)
    assert.equal(await loader.newer('everybody', 124), true)
    assert.deepEqual(seqs(), [...numbers(75, 174), 300])
    assert.deepEqual(model.open.gaps.at(-1), { after: 174, before: 300 })
  })

  it('is begun with what is opened, and with every connection, and anew where it broke', async () => {
    const { chat, loader, model } = environment()
    chat.kept = [past(5, 'hi', 'bob', '@bob'), past(6, 'all')]
    chat.listed = [{ of: '@bob', last: chat.kept[0]!, unread: 1, mark: 0 }]
    chat.isBroken = true
    await loader.begin('everybody')
    assert.equal(model.lines.length, 0)
    chat.isBroken = false
    chat.emit('caught-up', { seq: 6, lost: [] })
    await until(() => model.lines.length === 1)
    assert.equal(model.conversations.find(({ key }) => key === '@bob')?.unread, 1)
    model.show('@bob')
    await until(() => model.lines.length === 2)
    model.show('everybody')
    model.show('@bob')
    await loader.begin('@bob')
    assert.deepEqual(chat.pages.slice(1), [['@bob', {}]])
  })

  it('is searched by the server', async () => {
    const { chat, loader } = environment()
    chat.kept = [past(1, 'rain'), past(2, 'sun'), past(3, 'more rain')]
    const found = await loader.search('rain', 'everybody')
    assert.deepEqual(
      found.map(({ stamp }) => stamp.seq),
      [3, 1],
    )
  })
})
