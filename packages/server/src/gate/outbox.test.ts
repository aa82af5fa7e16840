import type { Subscriber, Wire } from '@parley/core'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { Outbox, type Sink } from './outbox.ts'
import { Sweep } from './sweep.ts'
import { Tape, type TapeSubscriber } from './tape.ts'

const wire: Wire = { name: 'none', encode: () => null }

/** A sink that takes everything at once, or nothing while it is `stuck`. */
class FakeSink implements Sink {
  readonly writes: Uint8Array[] = []
  stuck = false
  ended = false
  writableLength = 0

  write(bytes: Uint8Array, flushed?: () => void): boolean {
    this.writes.push(bytes)
    if (this.stuck) this.writableLength += bytes.length
    else flushed?.()
    return !this.stuck
  }

  end(): void {
    this.ended = true
  }

  get text(): string {
    return Buffer.concat(this.writes).toString()
  }
}

function listener(sweep: Sweep, limit = 1_000, behind = () => {}) {
  const sink = new FakeSink()
  const outbox = new Outbox(sink, sweep, limit, behind)
  const on = (tape: Tape): TapeSubscriber => ({
    outbox,
    channel: tape,
    open: true,
    deliver: (bytes) => outbox.put(bytes),
    whenReceived: (run) => outbox.whenFlushed(run),
  })
  return { sink, outbox, on }
}

const bytes = (text: string) => Buffer.from(text)
const nextSweep = () => new Promise((resolve) => setImmediate(resolve))

describe('outbox and tape', () => {
  it('write once a turn, in the order of puts and casts', async () => {
    const sweep = new Sweep()
    const tape = new Tape(wire, sweep)
    const ann = listener(sweep)
    tape.join(ann.on(tape))
    ann.outbox.put(bytes('1'))
    tape.cast(bytes('2'), [])
    tape.cast(bytes('3'), [])
    ann.outbox.put(bytes('4'))
    tape.cast(bytes('5'), [])
    assert.equal(ann.sink.text, '')
    await nextSweep()
    assert.equal(ann.sink.text, '12345')
  })

  it('share one buffer between all who heard nothing else', async () => {
    const sweep = new Sweep()
    const tape = new Tape(wire, sweep)
    const both = [listener(sweep), listener(sweep)] as const
    for (const each of both) tape.join(each.on(tape))
    tape.cast(bytes('a'), [])
    tape.cast(bytes('b'), [])
    await nextSweep()
    assert.equal(both[0].sink.writes.length, 1)
    assert.equal(both[0].sink.writes[0], both[1].sink.writes[0])
  })

  it('drop a reader that is too far behind, once, after everybody else was served', async () => {
    const sweep = new Sweep()
    const tape = new Tape(wire, sweep)
    let dropped = 0
    const slow = listener(sweep, 10, () => {
      dropped++
      assert.match(quick.sink.text, /second$/)
      slow.outbox.put(bytes('bye'))
      slow.outbox.end()
    })
    const quick = listener(sweep)
    slow.sink.stuck = true
    for (const each of [slow, quick]) tape.join(each.on(tape))
    tape.cast(bytes('the first message'), [])
    await nextSweep()
    assert.equal(dropped, 0)
    tape.cast(bytes('the second'), [])
    await nextSweep()
    assert.equal(dropped, 1)
    await nextSweep()
    assert.equal(slow.sink.text, 'the first messagebye')
    assert.equal(slow.sink.ended, true)
    assert.equal(quick.sink.text, 'the first messagethe second')
  })

  it('tell when what was queued has been taken, and never after the connection is gone', async () => {
    const sweep = new Sweep()
    const ann = listener(sweep)
    const seen: string[] = []
    ann.outbox.put(bytes('a'))
    ann.outbox.whenFlushed(() => seen.push(ann.sink.text))
    await nextSweep()
    assert.deepEqual(seen, ['a'])
    ann.outbox.whenFlushed(() => seen.push('gone'))
    ann.outbox.discard()
    await nextSweep()
    assert.deepEqual(seen, ['a'])
  })

  it('end after the last byte, and take nothing more', async () => {
    const sweep = new Sweep()
    const tape = new Tape(wire, sweep)
    const ann = listener(sweep)
    tape.join(ann.on(tape))
    ann.outbox.put(bytes('last'))
    ann.outbox.end()
    ann.outbox.put(bytes('late'))
    tape.cast(bytes('late as well'), [])
    await nextSweep()
    assert.equal(ann.sink.text, 'last')
    assert.equal(ann.sink.ended, true)
  })

  it('give each reader exactly what a plain channel would, whatever happens in whatever turn', async () => {
    type Step = {
      readonly kind: 'cast' | 'put' | 'join' | 'leave' | 'turn'
      readonly who: number
      readonly but: number
    }
    const step: fc.Arbitrary<Step> = fc.record({
      kind: fc.constantFrom('cast', 'cast', 'put', 'join', 'leave', 'turn'),
      who: fc.nat({ max: 3 }),
      but: fc.nat({ max: 5 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const sweep = new Sweep()
        const tape = new Tape(wire, sweep)
        const readers = Array.from({ length: 4 }, () => listener(sweep))
        const ears: Subscriber[] = readers.map((reader) => reader.on(tape))
        const members = new Set<number>()
        const wanted = readers.map(() => '')
        for (const [index, { kind, who, but }] of steps.entries()) {
          const text = `<${index}>`
          if (kind === 'cast') {
            tape.cast(bytes(text), ears.slice(but, but + 1))
            for (const member of members) if (member !== but) wanted[member] += text
          } else if (kind === 'put') {
            readers[who]!.outbox.put(bytes(text))
            wanted[who] += text
          } else if (kind === 'join' && !members.has(who)) {
            tape.join(ears[who]!)
            members.add(who)
          } else if (kind === 'leave') {
            tape.leave(ears[who]!)
            members.delete(who)
          } else if (kind === 'turn') {
            await nextSweep()
          }
        }
        await nextSweep()
        assert.deepEqual(
          readers.map(({ sink }) => sink.text),
          wanted,
        )
        assert.equal(tape.size, members.size)
      }),
      { numRuns: 300 },
    )
  })
})
