import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FakeHistoryChat, stampOf } from '../../suites/fake-history-chat.ts'
import { HandClock } from '../../suites/hand-clock.ts'
import { ChatError, type ChatErrorCode } from '../chat-error.ts'
import { PassingMemory } from '../memory.ts'
import type { Stamp } from '../stamp.ts'
import { Outgoing } from './outgoing.ts'

function environment({ memory = new PassingMemory() } = {}) {
  const chat = new FakeHistoryChat()
  const clock = new HandClock()
  /** What the server is handed, and what it says to it. */
  const handed: { title: string; text: string; nonce: string; reply: PromiseWithResolvers<'plain'> }[] = []
  const sent: [text: string, stamp: number | undefined][] = []
  const refused: string[] = []
  const work: Promise<boolean>[] = []
  const outgoing = new Outgoing({
    chat,
    clock,
    memory,
    now: () => 7,
    send: (title, text, nonce) => {
      const reply = Promise.withResolvers<'plain'>()
      handed.push({ title, text, nonce, reply })
      return reply.promise
    },
    sent: (_, text, __, stamp: Stamp | undefined) => void sent.push([text, stamp?.seq]),
    refused: (place, title, error) => void refused.push(`${place} for ${title}: ${error.message}`),
    changed: () => {},
    underWay: (each) => void work.push(each),
  })
  const breaks = async () => {
    chat.state = 'reconnecting'
    chat.isCaughtUp = false
    chat.emit('reconnecting', { attempt: 1, inMs: 1, reason: 'broken', code: 'closed' })
    handed.at(-1)?.reply.reject(new ChatError('closed', 'the connection has ended'))
    await turn()
  }
  const connects = async () => {
    chat.state = 'connected'
    chat.emit('reconnected', { me: 'ann' })
    await turn()
  }
  const catchesUp = async () => {
    chat.isCaughtUp = true
    chat.emit('caught-up', { seq: 100, lost: [] })
    await turn()
  }
  const takes = async (seq: number) => {
    const last = handed.at(-1)!
    chat.emit('taken', { of: '*', stamp: stampOf(seq, last.nonce) })
    last.reply.resolve('plain')
    await turn()
  }
  const fails = async (code: ChatErrorCode) => {
    handed.at(-1)?.reply.reject(new ChatError(code, code))
    await turn()
  }
  const texts = () => handed.map(({ text }) => text)
  return {
    chat,
    clock,
    memory,
    handed,
    sent,
    refused,
    work,
    outgoing,
    breaks,
    connects,
    catchesUp,
    takes,
    fails,
    texts,
  }
}

describe('messages on their way out', () => {
  it('go one after the other, and are shown with the numbers that they got', async () => {
    const { outgoing, takes, texts, sent, work, memory } = environment()
    outgoing.add('everybody', 'one')
    outgoing.add('everybody', 'two')
    await turn()
    assert.deepEqual(texts(), ['one'])
    assert.equal(outgoing.count(), 1)
    assert.deepEqual(
      (await memory.load()).unsent.map(({ text, isTried }) => [text, isTried]),
      [
        ['one', true],
        ['two', false],
      ],
    )
    await takes(5)
    await takes(6)
    assert.deepEqual(sent, [
      ['one', 5],
      ['two', 6],
    ])
    assert.deepEqual(await Promise.all(work), [true])
    assert.deepEqual((await memory.load()).unsent, [])
  })

  it('are not sent again where catching up brings them', async () => {
    const { chat, outgoing, breaks, connects, catchesUp, handed, sent, texts, takes } = environment()
    outgoing.add('everybody', 'one')
    outgoing.add('everybody', 'two')
    await turn()
    await breaks()
    assert.deepEqual(
      outgoing.shown('all').map(({ text, state }) => [text, state]),
      [
        ['one', 'unsure'],
        ['two', 'waiting'],
      ],
    )
    await connects()
    assert.deepEqual(texts(), ['one'])
    chat.emit('broadcast', { from: 'ann', text: 'one', stamp: stampOf(50, handed[0]!.nonce) })
    await catchesUp()
    assert.deepEqual(sent, [['one', 50]])
    assert.deepEqual(texts(), ['one', 'two'])
    await takes(101)
    assert.deepEqual(sent.at(-1), ['two', 101])
  })

  it('are sent again under the same name where it does not', async () => {
    const { outgoing, breaks, connects, catchesUp, handed, texts, takes, sent } = environment()
    outgoing.add('@bob', 'one')
    await turn()
    await breaks()
    await connects()
    assert.deepEqual(texts(), ['one'])
    await catchesUp()
    assert.deepEqual(texts(), ['one', 'one'])
    assert.equal(handed[0]?.nonce, handed[1]?.nonce)
    await takes(101)
    assert.deepEqual(sent, [['one', 101]])
  })

  it('are remembered over a restart of the program, and confirmed by what it catches up with', async () => {
    const before = environment()
    before.outgoing.add('#cooks', 'one')
    before.outgoing.add('@bob', 'two')
    await turn()
    const { nonce } = before.handed[0]!
    const after = environment({ memory: before.memory })
    after.chat.isCaughtUp = false
    await after.outgoing.restore()
    await turn()
    assert.deepEqual(after.texts(), [])
    after.chat.emit('group-message', { group: 'cooks', mayBe: [], from: 'ann', text: 'one', stamp: stampOf(60, nonce) })
    await after.catchesUp()
    assert.deepEqual(after.texts(), ['two'])
    assert.equal(after.handed[0]?.nonce, before.handed[1]?.nonce)
    await after.takes(101)
    assert.deepEqual((await after.memory.load()).unsent, [])
  })

  it('wait while too many were sent, and for those who come back from the same break', async () => {
    const { clock, outgoing, fails, breaks, connects, catchesUp, texts, refused } = environment()
    outgoing.add('@bob', 'one')
    await turn()
    await fails('too-many-messages')
    clock.pass(250)
    await turn()
    assert.deepEqual(texts(), ['one', 'one'])
    await breaks()
    await connects()
    await catchesUp()
    await fails('no-such-user')
    clock.pass(2_000)
    await turn()
    assert.deepEqual(texts(), ['one', 'one', 'one', 'one'])
    clock.pass(30_000)
    await fails('no-such-user')
    assert.deepEqual(refused, ['@bob for @bob: no-such-user'])
  })

  it('are given back where they were written, when they are refused or taken back', async () => {
    const { outgoing, fails, refused, work } = environment()
    const returned: unknown[] = []
    outgoing.onRefused((each) => returned.push(each))
    outgoing.add('@bob', 'one', 'everybody')
    outgoing.add('@bob', 'two', 'everybody')
    outgoing.add('everybody', '/three')
    outgoing.add('everybody', 'four')
    await turn()
    assert.deepEqual(outgoing.takeBack('all'), [
      { key: 'all', input: '/msg bob two' },
      { key: 'all', input: 'four' },
    ])
    await fails('refused')
    assert.deepEqual(refused, ['everybody for everybody: refused'])
    assert.deepEqual(returned, [{ key: 'all', input: '//three' }])
    assert.equal(work.length, 2)
  })
})

/** All that follows from what was settled has happened then. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
