import type { Wire } from '@parley/core'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MemorySink } from '../../testing/memory-sink.ts'
import { Flusher } from './flusher.ts'
import { Outbox } from './outbox.ts'
import { Tape } from './tape.ts'

const wire: Wire = { name: 'none', encode: () => null }
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

function opened(readers: number) {
  const time = { now: 0 }
  const flusher = new Flusher(() => time.now)
  const tape = new Tape(wire, flusher)
  const connections = Array.from({ length: readers }, () => {
    const sink = new MemorySink()
    const outbox = new Outbox(sink, flusher, Infinity, { tooSlow: () => {}, crowdedOut: () => {}, sent: () => {} })
    tape.add(outbox)
    return {
      sink,
      outbox,
      put: (text: string) => outbox.put(Buffer.from(text)),
      reply: (text: string) => outbox.reply(Buffer.from(text)),
    }
  })
  return { time, flusher, connections, say: (text: string) => tape.append(Buffer.from(text)) }
}

describe('a flush', () => {
  it('comes in the next turn where nothing comes in, and writes each connection once', async () => {
    const { flusher, connections, say } = opened(3)
    for (const { put } of connections) put('a')
    say('b')
    say('c')
    connections[0]!.put('d')
    assert.equal(flusher.idle, false)
    await turn()
    assert.deepEqual(
      connections.map(({ sink }) => [sink.text, sink.writes.length]),
      [
        ['abcd', 1],
        ['abc', 1],
        ['abc', 1],
      ],
    )
    assert.equal(flusher.idle, true)
  })

  it('comes once more for what is said while it is told that something was taken', async () => {
    const { flusher, connections } = opened(1)
    const { put, outbox, sink } = connections[0]!
    put('a')
    outbox.whenFlushed(() => put('b'))
    await turn()
    await turn()
    assert.deepEqual([sink.text, sink.writes.length, flusher.idle], ['ab', 2, true])
  })

  it('comes at once for what somebody says to somebody, however much comes in', async () => {
    const { flusher, connections } = opened(2)
    connections[0]!.put('a')
    connections[1]!.reply('b')
    flusher.input()
    await turn()
    assert.deepEqual(
      connections.map(({ sink }) => sink.text),
      ['a', ''],
    )
  })

  it('to the one who asked waits while input keeps coming, 2 ms at most', async () => {
    const { time, flusher, connections } = opened(1)
    const { reply, sink } = connections[0]!
    reply('a')
    for (time.now of [0, 1, 1.9]) {
      flusher.input()
      reply('b')
      await turn()
      assert.equal(sink.writes.length, 0)
    }
    flusher.input()
    time.now = 2
    await turn()
    assert.equal(sink.text, 'abbb')
    assert.equal(sink.writes.length, 1)
    assert.equal(flusher.idle, true)
  })

  it('to the one who asked takes along what somebody else says, and waits no longer', async () => {
    const { flusher, connections } = opened(1)
    const { put, reply, sink } = connections[0]!
    reply('a')
    put('b')
    reply('c')
    flusher.input()
    await turn()
    assert.equal(sink.text, 'abc')
    await turn()
    await turn()
    assert.equal(sink.writes.length, 1)
    assert.equal(flusher.idle, true)
  })

  it('waits no longer once no input comes', async () => {
    const { flusher, connections } = opened(1)
    const { reply, sink } = connections[0]!
    reply('a')
    flusher.input()
    await turn()
    assert.equal(sink.text, '')
    await turn()
    assert.equal(sink.text, 'a')
  })

  it('goes to everybody 4 ms later at most, and sooner to whom it replies', async () => {
    const { time, flusher, connections, say } = opened(2)
    say('all')
    connections[0]!.reply('mine')
    for (time.now of [1, 2, 3, 3.9]) {
      flusher.input()
      await turn()
    }
    assert.deepEqual(
      connections.map(({ sink }) => sink.text),
      ['allmine', ''],
    )
    for (time.now of [4, 6]) {
      flusher.input()
      await turn()
    }
    assert.deepEqual(
      connections.map(({ sink }) => sink.text),
      ['allmine', 'all'],
    )
    assert.equal(flusher.idle, true)
  })

  it('to everybody waits twice as long as the last one took, up to 150 ms', async () => {
    for (const [took, waits] of [
      [1, 4],
      [30, 60],
      [5_000, 150],
    ] as const) {
      const { time, flusher, connections, say } = opened(1)
      const { sink } = connections[0]!
      const write = sink.write.bind(sink)
      sink.write = (bytes, taken) => {
        write(bytes, taken)
        time.now += took
      }
      say('first')
      await turn()
      assert.equal(sink.text, 'first')
      const since = time.now
      say('second')
      for (time.now of [since + 2, since + waits - 0.1]) {
        flusher.input()
        await turn()
      }
      assert.equal(sink.text, 'first', `after a flush of ${took} ms`)
      for (time.now of [since + waits, since + waits + 2]) {
        flusher.input()
        await turn()
      }
      assert.equal(sink.text, 'firstsecond', `after a flush of ${took} ms`)
    }
  })

  it('to everybody does not wait where nothing comes in, however long the last one took', async () => {
    const { time, connections, say } = opened(1)
    const { sink } = connections[0]!
    const write = sink.write.bind(sink)
    sink.write = (bytes, taken) => {
      write(bytes, taken)
      time.now += 5_000
    }
    say('first')
    await turn()
    say('second')
    await turn()
    assert.equal(sink.text, 'firstsecond')
  })
})
