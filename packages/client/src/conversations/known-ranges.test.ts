import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { KnownRanges } from './known-ranges.ts'

describe('the known ranges of a conversation', () => {
  it('grow together, and the gaps between them are known', () => {
    const known = new KnownRanges()
    assert.deepEqual(known.gaps(), [])
    known.add(100, 200)
    assert.deepEqual(known.gaps(), [{ after: null, before: 100 }])
    known.add(10, 20)
    assert.deepEqual(known.gaps(), [
      { after: null, before: 10 },
      { after: 20, before: 100 },
    ])
    known.add(20, 50)
    known.add(50, 100)
    assert.deepEqual(known.gaps(), [{ after: null, before: 10 }])
    known.add(0, 10)
    assert.deepEqual(known.gaps(), [])
    assert.deepEqual([known.has(150), known.has(201), known.first], [true, false, 0])
  })

  it('are known to their end where what is said comes by itself', () => {
    const known = new KnownRanges()
    known.add(3)
    known.add(1, 2)
    assert.deepEqual([known.has(1_000_000), known.has(2.5)], [true, false])
    known.add(2, 3)
    assert.deepEqual(known.gaps(), [{ after: null, before: 1 }])
  })

  it('forget what was dropped', () => {
    const known = new KnownRanges()
    known.add(0, 10)
    known.add(20, 30)
    known.forgetBefore(25)
    assert.deepEqual(known.gaps(), [{ after: null, before: 25 }])
    known.clear()
    assert.equal(known.first, null)
  })
})
