import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { Flusher } from './flusher.ts'
import type { Place } from './places.ts'
import { Tape } from './tape.ts'
import { wire, bytes, flushed, listener } from '../../testing/outbox-rig.ts'

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
