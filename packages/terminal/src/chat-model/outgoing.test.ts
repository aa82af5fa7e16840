import { ChatError, type Chat } from '@parley/client'
import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { HandClock } from '../hand-clock.ts'
import { ChatModel } from './chat-model.ts'
import { Outgoing } from './outgoing.ts'
import { UnderWay } from './under-way.ts'

const tooFast = new ChatError('too-many-messages', 'too fast')

describe('messages on their way out', () => {
  let clock: HandClock
  let underWay: UnderWay
  let outgoing: Outgoing
  let state: Chat['state']
  let reconnected: () => void
  let closed: () => void
  /** What was taken, and what was tried. */
  let sent: string[]
  let tried: number
  let refused: string[]
  let answer: () => Promise<void> | void

  beforeEach(() => {
    clock = new HandClock()
    underWay = new UnderWay(new ChatModel(), clock)
    state = 'connected'
    sent = []
    tried = 0
    refused = []
    answer = () => {}
    const listeners: (() => void)[] = []
    const closedListeners: (() => void)[] = []
    reconnected = () => {
      state = 'connected'
      for (const run of listeners) run()
    }
    closed = () => {
      state = 'closed'
      for (const run of closedListeners) run()
    }
    outgoing = new Outgoing({
      chat: {
        get state() {
          return state
        },
        on: (event, run) => {
          const told = event === 'reconnected' ? listeners : closedListeners
          told.push(run as () => void)
          return () => {}
        },
      },
      clock,
      underWay,
      now: () => 7,
      send: async (title, text) => {
        tried++
        await answer()
        sent.push(`${title}: ${text}`)
      },
      refused: (place, _, error) => refused.push(`${place}: ${error.message}`),
      changed: () => {},
    })
    outgoing.onRefused(({ key, input }) => void refused.push(`${key} gets ${input.replaceAll('\n', '|')}`))
  })

  const write = (...texts: readonly string[]) => {
    for (const text of texts) outgoing.add('everybody', text)
  }
  const shown = (key = 'all') => outgoing.shown(key).map(({ text }) => text)

  test('forty lines go as fast as the server takes them, in their order, and none is lost', async () => {
    let allowed = 20
    answer = () => {
      if (allowed-- <= 0) throw tooFast
    }
    write(...Array.from({ length: 40 }, (_, i) => `line ${i}`))
    await clock.pass(0)
    assert.equal(sent.length, 20)
    assert.equal(outgoing.count('all'), 20)
    assert.equal(shown()[0], 'line 20')
    allowed = 10
    await clock.pass(250)
    assert.equal(outgoing.count('all'), 10)
    allowed = 100
    await clock.pass(250)
    assert.deepEqual(
      sent,
      Array.from({ length: 40 }, (_, i) => `everybody: line ${i}`),
    )
    assert.equal(outgoing.count(), 0)
    assert.equal(clock.waiting, 0)
  })

  test('what waits is taken back, but for what the server may have', async () => {
    const taken = Promise.withResolvers<void>()
    answer = () => taken.promise
    write('one', 'two', 'three')
    outgoing.add('@bob', 'psst')
    await clock.pass(0)
    assert.deepEqual(outgoing.takeBack('all'), [{ key: 'all', input: 'two\nthree' }])
    assert.deepEqual(outgoing.takeBack('all'), [])
    taken.resolve()
    await clock.pass(0)
    assert.deepEqual(new Set(sent), new Set(['@bob: psst', 'everybody: one']))
  })

  test('during a pause all of it is taken back, and what is written then goes once', async () => {
    answer = () => Promise.reject(tooFast)
    write('one', 'two')
    await clock.pass(0)
    assert.deepEqual(outgoing.takeBack(), [{ key: 'all', input: 'one\ntwo' }])
    answer = () => {}
    write('three')
    await clock.pass(1_000)
    assert.deepEqual(sent, ['everybody: three'])
  })

  test('what is written while disconnected is shown, kept, and sent in its order when the connection is back', async () => {
    state = 'reconnecting'
    write('one', 'two')
    outgoing.add('@Bob', 'psst')
    await clock.pass(60_000)
    assert.equal(tried, 0)
    assert.deepEqual([shown(), shown('@bob')], [['one', 'two'], ['psst']])
    assert.equal(outgoing.count(), 3)
    assert.equal(underWay.names(), '2 messages to everybody, "psst" to Bob')
    reconnected()
    await clock.pass(0)
    assert.deepEqual(new Set(sent), new Set(['@Bob: psst', 'everybody: one', 'everybody: two']))
    assert.ok(sent.indexOf('everybody: one') < sent.indexOf('everybody: two'))
    assert.deepEqual([shown(), underWay.names()], [[], ''])
  })

  test('what was on its way when the connection broke is sent again', async () => {
    answer = () => {
      if (tried > 1) return
      state = 'reconnecting'
      throw new ChatError('closed', 'the server closed the connection')
    }
    write('one', 'two')
    await clock.pass(0)
    assert.deepEqual([sent, shown()], [[], ['one', 'two']])
    reconnected()
    await clock.pass(0)
    assert.deepEqual(sent, ['everybody: one', 'everybody: two'])
    assert.deepEqual(refused, [])
  })

  test('whoever is not there right after a break may be on the way back', async () => {
    const absent = new ChatError('no-such-user', 'bob is not here')
    state = 'reconnecting'
    outgoing.add('@bob', 'psst')
    reconnected()
    answer = () => Promise.reject(absent)
    await clock.pass(5_000)
    assert.deepEqual([tried, shown('@bob'), refused], [3, ['psst'], []])
    answer = () => {}
    await clock.pass(2_000)
    assert.deepEqual(sent, ['@bob: psst'])
    answer = () => Promise.reject(absent)
    outgoing.add('@bob', 'again')
    await clock.pass(0)
    assert.deepEqual(refused, ['@bob: bob is not here', '@bob gets again'])
  })

  test('nothing is waited for once it is closed', () => {
    reconnected()
    assert.equal(clock.waiting, 1)
    closed()
    assert.equal(clock.waiting, 0)
  })

  test('whoever does not come back is not waited for for ever', async () => {
    state = 'reconnecting'
    outgoing.add('@bob', 'psst')
    answer = () => Promise.reject(new ChatError('no-such-user', 'bob is not here'))
    reconnected()
    await clock.pass(40_000)
    assert.deepEqual(refused, ['@bob: bob is not here', '@bob gets psst'])
  })

  test('what is refused is given back with all behind it, and other conversations go on', async () => {
    answer = () => {
      if (tried === 2) throw new ChatError('refused', 'not now')
    }
    write('one', 'two', 'three')
    await clock.pass(0)
    outgoing.add('@bob', 'psst')
    write('four')
    await clock.pass(0)
    assert.deepEqual(sent, ['everybody: one', '@bob: psst', 'everybody: four'])
    assert.deepEqual(refused, ['everybody: not now', 'all gets two|three'])
  })

  test('what was written elsewhere is refused there, seen there as long as it waits, and comes back as a command', async () => {
    state = 'reconnecting'
    outgoing.add('@Bob', 'psst', 'everybody')
    outgoing.add('@Bob', 'there', '@Bob')
    outgoing.add('#cooks', 'salt', 'everybody')
    outgoing.add('everybody', '/shrug')
    assert.deepEqual(
      outgoing.shown('all').map(({ to, text }) => [to, text]),
      [
        ['Bob', 'psst'],
        ['cooks', 'salt'],
        [null, '/shrug'],
      ],
    )
    assert.deepEqual([shown('@bob'), outgoing.count('all')], [['psst', 'there'], 3])
    assert.deepEqual(outgoing.takeBack('#cooks'), [{ key: 'all', input: '/group say cooks salt' }])
    answer = () => Promise.reject(new ChatError('refused', 'no'))
    reconnected()
    await clock.pass(0)
    assert.deepEqual(
      new Set(refused),
      new Set(['everybody: no', 'all gets /msg Bob psst', '@bob gets there', 'all gets //shrug']),
    )
  })

  test('what is taken at once is never shown as unsent, and what takes long is', async () => {
    write('one')
    assert.deepEqual(shown(), [])
    await clock.pass(0)
    const taken = Promise.withResolvers<void>()
    answer = () => taken.promise
    write('two')
    await clock.pass(399)
    assert.deepEqual(shown(), [])
    await clock.pass(1)
    assert.deepEqual(shown(), ['two'])
    assert.equal(outgoing.count('all'), 0)
    taken.resolve()
    await clock.pass(0)
    assert.deepEqual(shown(), [])
  })
})
