import type { Wire } from '@parley/core'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { MemorySink } from '../../testing/memory-sink.ts'
import { Flusher } from './flusher.ts'
import { Outbox } from './outbox.ts'
import { pieceCost, type Place } from './places.ts'
import { Tape } from './tape.ts'

const wire: Wire = { name: 'none', encode: () => null }
const bytes = (text: string) => Buffer.from(text)
/** The flusher has come by: nothing came in meanwhile. */
const flushed = () => new Promise<void>((resolve) => setImmediate(resolve))

function listener(flusher: Flusher, limit = 1_000_000, tooSlow = () => {}) {
  const sink = new MemorySink()
  const outbox = new Outbox(sink, flusher, limit, { tooSlow, crowdedOut: () => {}, sent: () => {} })
  return { sink, outbox, put: (text: string) => outbox.put(bytes(text)) }
}

function one(limit?: number, tooSlow?: () => void) {
  const flusher = new Flusher(() => 0)
  const tape = new Tape(wire, flusher)
  const ann = listener(flusher, limit, tooSlow)
  tape.add(ann.outbox)
  return { flusher, tape, ...ann }
}

describe('an outbox', () => {
  it('writes once a flush, in the order of its own pieces and of its tape', async () => {
    const { tape, sink, put } = one()
    put('1')
    tape.append(bytes('2'))
    tape.append(bytes('3'))
    put('4')
    tape.append(bytes('5'))
    assert.equal(sink.text, '')
    await flushed()
    assert.equal(sink.text, '12345')
    assert.equal(sink.writes.length, 1)
  })

  it('passes over what the tape has for others', async () => {
    const { tape, outbox, sink, put } = one()
    tape.append(bytes('1'))
    put('2')
    outbox.skip(4)
    tape.append(bytes('mine'))
    put('3')
    tape.append(bytes('4'))
    await flushed()
    assert.equal(sink.text, '1234')
  })

  it('hears a tape from where it came to where it left', async () => {
    const { tape, outbox, sink, put } = one()
    tape.delete(outbox)
    tape.append(bytes('before'))
    put('1')
    tape.add(outbox)
    tape.append(bytes('2'))
    tape.add(outbox)
    put('3')
    tape.append(bytes('4'))
    tape.delete(outbox)
    tape.append(bytes('after'))
    await flushed()
    assert.equal(sink.text, '1234')
  })

  it('ends after the last byte, and takes nothing more', async () => {
    const { tape, outbox, sink, put } = one()
    tape.append(bytes('the last '))
    put('words')
    outbox.end()
    put('late')
    tape.append(bytes('late as well'))
    outbox.whenFlushed(() => assert.fail('nobody waits any more'))
    await flushed()
    assert.equal(sink.text, 'the last words')
    assert.equal(sink.ended, true)
    assert.equal(tape.size, 0)
  })

  it('has nothing to do with a sink that is gone', async () => {
    const { tape, outbox, sink, put } = one()
    put('1')
    const place = outbox.hold()
    outbox.whenFlushed(() => assert.fail('it is gone'))
    outbox.discard()
    outbox.fill(place, () => put('2'))
    put('3')
    tape.append(bytes('4'))
    outbox.end()
    tape.add(outbox)
    await flushed()
    assert.deepEqual([sink.text, sink.ended, tape.size, outbox.idle], ['', false, 0, true])
  })
})

describe('an outbox tells when all is flushed', () => {
  it('once the system has taken it', async () => {
    const { outbox, sink, put } = one()
    const told: string[] = []
    sink.stuck = true
    put('a')
    outbox.whenFlushed(() => told.push('a'))
    await flushed()
    assert.deepEqual(told, [])
    sink.take()
    assert.deepEqual(told, ['a'])
  })

  it('also where all was written before, and is not taken yet', async () => {
    const { outbox, sink, put } = one()
    const told: string[] = []
    sink.stuck = true
    put('a')
    await flushed()
    outbox.whenFlushed(() => told.push('a'))
    await flushed()
    assert.deepEqual(told, [])
    sink.take()
    assert.deepEqual(told, ['a'])
  })

  it('and never once the connection is gone', async () => {
    const { outbox, sink, put } = one()
    sink.stuck = true
    put('a')
    outbox.whenFlushed(() => assert.fail('it is gone'))
    await flushed()
    outbox.discard()
    sink.take()
  })

  it('behind a place that is kept: once the place is filled, be it with nothing', async () => {
    const { outbox, put } = one()
    const told: string[] = []
    put('a')
    outbox.whenFlushed(() => told.push('a'))
    const place = outbox.hold()
    await flushed()
    assert.deepEqual(told, [])
    outbox.fill(place, () => {})
    await flushed()
    assert.deepEqual(told, ['a'])
    assert.equal(outbox.idle, true)
  })
})

describe('an outbox keeps a place', () => {
  it('writes what stands before it, and what stands behind once it is filled', async () => {
    const { tape, outbox, sink, put } = one()
    put('1')
    const place = outbox.hold()
    tape.append(bytes('3'))
    await flushed()
    assert.equal(sink.text, '1')
    put('4')
    tape.append(bytes('5'))
    await flushed()
    assert.equal(outbox.idle, false)
    assert.equal(
      outbox.pending,
      3 + 3 * pieceCost,
      'what waits behind a place counts as much as what waits for a flush',
    )
    tape.append(bytes('6'))
    outbox.fill(place, () => put('2'))
    await flushed()
    assert.equal(sink.text, '123456')
    assert.equal(sink.writes.length, 2)
    assert.equal(outbox.pending, 0)
  })

  it('keeps several, which are filled in any order', async () => {
    const { tape, outbox, sink, put } = one()
    const first = outbox.hold()
    put('2')
    const second = outbox.hold()
    tape.append(bytes('4'))
    await flushed()
    outbox.fill(second, () => put('3'))
    await flushed()
    assert.equal(sink.text, '')
    outbox.fill(first, () => put('1'))
    await flushed()
    assert.equal(sink.text, '1234')
  })

  it('keeps one in the middle of what is said at another', async () => {
    const { outbox, sink, put } = one()
    const first = outbox.hold()
    put('5')
    let second: Place | undefined
    outbox.fill(first, () => {
      put('1')
      second = outbox.hold()
      put('4')
    })
    await flushed()
    assert.equal(sink.text, '1')
    outbox.fill(second!, () => {
      put('2')
      put('3')
    })
    await flushed()
    assert.equal(sink.text, '12345')
  })

  it('lets go of it when the connection ends, and sends the rest', async () => {
    const { outbox, sink, put } = one()
    put('1')
    const place = outbox.hold()
    put('2')
    await flushed()
    outbox.end()
    outbox.fill(place, () => put('late'))
    await flushed()
    assert.equal(sink.text, '12')
    assert.equal(sink.ended, true)
  })

  it('sends what is said at it once, also where the connection ends in the middle', async () => {
    const { outbox, sink, put } = one()
    const place = outbox.hold()
    put('2')
    outbox.fill(place, () => {
      put('1')
      outbox.end()
      put('late')
    })
    await flushed()
    assert.equal(sink.text, '12')
    assert.equal(sink.ended, true)
  })

  it('is filled also by somebody who throws', async () => {
    const { outbox, sink, put } = one()
    const place = outbox.hold()
    put('2')
    const speak = () => {
      put('1')
      throw new Error('a bug')
    }
    assert.throws(() => outbox.fill(place, speak), /a bug/)
    await flushed()
    assert.equal(sink.text, '12')
  })

  it('keeps on hearing a tape that it leaves meanwhile up to there', async () => {
    const { tape, outbox, sink, put } = one()
    const place = outbox.hold()
    tape.append(bytes('2'))
    tape.delete(outbox)
    put('3')
    outbox.fill(place, () => put('1'))
    await flushed()
    assert.equal(sink.text, '123')
  })
})

describe('an outbox whose reader is too slow', () => {
  it('drops it, once, after everybody else was served; last words are sent', async () => {
    const flusher = new Flusher(() => 0)
    const tape = new Tape(wire, flusher)
    let dropped = 0
    const slow = listener(flusher, 10, () => {
      dropped++
      assert.match(quick.sink.text, /second$/)
      slow.outbox.lastWords()
      slow.put('bye')
      slow.outbox.end()
    })
    const quick = listener(flusher)
    slow.sink.stuck = true
    for (const { outbox } of [slow, quick]) tape.add(outbox)
    tape.append(bytes('the first message '))
    await flushed()
    assert.equal(dropped, 0)
    tape.append(bytes('the second'))
    await flushed()
    assert.equal(dropped, 1)
    tape.append(bytes(', the third'))
    await flushed()
    assert.equal(slow.sink.text, 'the first message bye')
    assert.equal(slow.sink.ended, true)
    assert.equal(quick.sink.text, 'the first message the second, the third')
  })

  it('sends nothing more, though it reads on before its last words are said', async () => {
    let dropped = 0
    const { tape, outbox, sink, put } = one(10, () => dropped++)
    sink.stuck = true
    tape.append(bytes('the first message '))
    await flushed()
    put('a message')
    outbox.whenFlushed(() => assert.fail('the message was dropped'))
    await flushed()
    assert.equal(dropped, 1)
    sink.stuck = false
    sink.take()
    put('a reply after the gap')
    tape.append(bytes('more of it'))
    outbox.whenFlushed(() => assert.fail('and so was this'))
    tape.add(outbox)
    await flushed()
    assert.equal(tape.size, 0)
    outbox.lastWords()
    put('bye')
    outbox.end()
    await flushed()
    assert.equal(sink.text, 'the first message bye')
    assert.equal(dropped, 1)
  })

  it('is not dropped for asking, only for being sent more', async () => {
    const { outbox, sink, put } = one(10, () => assert.fail('there is nothing to send'))
    sink.stuck = true
    put('a reply longer than all that may wait')
    await flushed()
    outbox.whenFlushed(() => {})
    await flushed()
  })

  it('counts what waits behind a place that is kept', async () => {
    let dropped = 0
    const { tape, outbox, sink, put } = one(10, () => dropped++)
    const place = outbox.hold()
    for (let turn = 0; turn < 3; turn++) {
      tape.append(bytes('12345678'))
      await flushed()
    }
    assert.equal(dropped, 1)
    outbox.fill(place, () => put('late'))
    await flushed()
    assert.equal(sink.text, '')
  })
})

/** What one reader is to hear: texts, and places that may still be filled. */
type Expected = string | { text: Expected[] | null; place: Place }

function upToPlace(expected: readonly Expected[]): { text: string; whole: boolean } {
  let text = ''
  for (const item of expected) {
    if (typeof item === 'string') text += item
    else if (item.text === null) return { text, whole: false }
    else {
      const inner = upToPlace(item.text)
      text += inner.text
      if (!inner.whole) return { text, whole: false }
    }
  }
  return { text, whole: true }
}

type Kind = 'append' | 'put' | 'join' | 'leave' | 'hold' | 'fill' | 'fill-and-hold' | 'flush' | 'flush-one'

describe('outboxes on a tape', () => {
  it('give each reader exactly its own sequence, whatever happens in whatever order', async () => {
    const step = fc.record({
      kind: fc.constantFrom<Kind>(
        ...(['append', 'append', 'put', 'put', 'join', 'leave', 'hold', 'fill', 'fill-and-hold'] as const),
        ...(['flush', 'flush-one'] as const),
      ),
      who: fc.nat({ max: 3 }),
      but: fc.nat({ max: 5 }),
      // Now and then a message that ends a block of the tape, or needs one of its own.
      length: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.constantFrom(30_000, 65_536, 90_000)),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const flusher = new Flusher(() => 0)
        const tape = new Tape(wire, flusher)
        const readers = Array.from({ length: 4 }, () => ({
          ...listener(flusher, Infinity),
          wanted: [] as Expected[],
          places: [] as Exclude<Expected, string>[],
        }))
        const members = new Set<number>()
        for (const [index, { kind, who, but, length }] of steps.entries()) {
          const text = `<${index}${'.'.repeat(length)}>`
          const { outbox, put, wanted, places } = readers[who]!
          const keep = (expected: Expected[]) => {
            const item = { text: null, place: outbox.hold() }
            expected.push(item)
            places.push(item)
          }
          switch (kind) {
            case 'append':
              if (members.has(but)) readers[but]!.outbox.skip(text.length)
              tape.append(bytes(text))
              for (const member of members) if (member !== but) readers[member]!.wanted.push(text)
              break
            case 'put':
              put(text)
              wanted.push(text)
              break
            case 'join':
              tape.add(outbox)
              members.add(who)
              break
            case 'leave':
              tape.delete(outbox)
              members.delete(who)
              break
            case 'hold':
              keep(wanted)
              break
            case 'fill':
            case 'fill-and-hold': {
              const [item] = places.splice(but % (places.length || 1), 1)
              if (!item) break
              const said: Expected[] = (item.text = [])
              outbox.fill(item.place, () => {
                put(text)
                said.push(text)
                if (kind === 'fill') return
                keep(said)
                put(`${text} again`)
                said.push(`${text} again`)
              })
              break
            }
            case 'flush':
              await flushed()
              for (const { sink, wanted } of readers) assert.equal(sink.text, upToPlace(wanted).text)
              break
            case 'flush-one':
              outbox.flush()
              assert.equal(readers[who]!.sink.text, upToPlace(wanted).text)
              break
          }
        }
        for (const { outbox, places } of readers) {
          for (const item of places) {
            item.text = []
            outbox.fill(item.place, () => {})
          }
        }
        await flushed()
        for (const { sink, wanted, outbox } of readers) {
          assert.equal(sink.text, upToPlace(wanted).text)
          assert.deepEqual([outbox.pending, outbox.idle], [0, true])
        }
        assert.equal(tape.size, members.size)
      }),
      { numRuns: 300 },
    )
  })
})
