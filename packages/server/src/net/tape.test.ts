import type { Wire } from '@parley/core'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MemorySink } from '../../testing/memory-sink.ts'
import { Flusher } from './flusher.ts'
import { Outbox } from './outbox.ts'
import { Tape } from './tape.ts'

const wire: Wire = { name: 'none', encode: () => null }
const block = 65_536
const flushed = () => new Promise<void>((resolve) => setImmediate(resolve))

function followed(followers: number) {
  const flusher = new Flusher(() => 0)
  const tape = new Tape(wire, flusher)
  const sinks = Array.from({ length: followers }, () => {
    const sink = new MemorySink()
    tape.add(new Outbox(sink, flusher, Infinity, { tooSlow: () => {}, crowdedOut: () => {}, sent: () => {} }))
    return sink
  })
  return { tape, sinks }
}

function read(tape: Tape, from: number, until: number): string {
  const chunks: Uint8Array[] = []
  tape.read(from, until, chunks)
  return Buffer.concat(chunks).toString()
}

describe('a tape', () => {
  it('hands all who follow the same stretch as one buffer, in one write', async () => {
    const { tape, sinks } = followed(3)
    tape.append(Buffer.from('a'))
    tape.append(Buffer.from('b'))
    await flushed()
    for (const { writes } of sinks) {
      assert.equal(writes.length, 1)
      assert.equal(writes[0], sinks[0]!.writes[0])
      assert.equal(Buffer.from(writes[0]!).toString(), 'ab')
    }
  })

  it('does so also for a stretch of several blocks', async () => {
    const { tape, sinks } = followed(2)
    const said = ['a', 'b', 'c'].map((letter) => letter.repeat(50_000))
    for (const text of said) tape.append(Buffer.from(text))
    await flushed()
    for (const { writes, text } of sinks) {
      assert.equal(writes.length, 1)
      assert.equal(writes[0], sinks[0]!.writes[0])
      assert.ok(text === said.join(''))
    }
  })

  it('keeps what it was given, and never changes what it handed out', async () => {
    const { tape, sinks } = followed(1)
    const given = Buffer.from('as it was said')
    tape.append(given)
    given.fill('x')
    await flushed()
    tape.append(Buffer.alloc(2 * block, 'y'))
    await flushed()
    assert.equal(Buffer.from(sinks[0]!.writes[0]!).toString(), 'as it was said')
  })

  it('reads any stretch that is not read by all, over the edges of its blocks', () => {
    const { tape } = followed(1)
    const whole = [block - 3, 2, 1, 1, 2 * block + 7, 5, block, 0, 9].map((length, index) =>
      String.fromCharCode(97 + index).repeat(length),
    )
    for (const text of whole) tape.append(Buffer.from(text))
    const all = whole.join('')
    assert.equal(tape.end, all.length)
    const edges = [0, 1, block - 3, block - 1, block, block + 1, 3 * block, all.length - 9, all.length]
    for (const from of edges) {
      for (const until of edges) if (from <= until) assert.ok(read(tape, from, until) === all.slice(from, until))
      assert.ok(Buffer.from(tape.shared(from)).toString() === all.slice(from))
    }
  })

  it('forgets what all have read, and goes on from there', async () => {
    const { tape, sinks } = followed(1)
    tape.append(Buffer.alloc(block - 1, 'a'))
    tape.append(Buffer.alloc(block - 1, 'b'))
    await flushed()
    const { end } = tape
    tape.append(Buffer.from('c'))
    tape.append(Buffer.from('d'))
    assert.equal(read(tape, end, tape.end), 'cd')
    await flushed()
    assert.match(sinks[0]!.text, /^a+b+cd$/)
    assert.equal(sinks[0]!.text.length, tape.end)
  })

  it('is not heard by who was there before or comes after', async () => {
    const flusher = new Flusher(() => 0)
    const tape = new Tape(wire, flusher)
    const sink = new MemorySink()
    const outbox = new Outbox(sink, flusher, Infinity, { tooSlow: () => {}, crowdedOut: () => {}, sent: () => {} })
    tape.append(Buffer.from('1'))
    tape.add(outbox)
    tape.append(Buffer.from('2'))
    tape.delete(outbox)
    tape.append(Buffer.from('3'))
    assert.equal(tape.size, 0)
    tape.add(outbox)
    tape.append(Buffer.from('4'))
    assert.equal(tape.size, 1)
    await flushed()
    assert.equal(sink.text, '24')
  })
})
