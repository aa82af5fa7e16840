import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Cursor } from './cursor.ts'

describe('a cursor', () => {
  it('hears each number once, and none out of order', () => {
    const cursor = new Cursor(5, () => {})
    assert.deepEqual(
      [5, 6, 9, 8, 9, 10].map((seq) => cursor.hear(seq)),
      [false, true, true, false, false, true],
    )
    assert.equal(cursor.heard, 10)
    cursor.advance(7)
    assert.equal(cursor.heard, 10)
  })

  it('hears what is not kept once, whatever its number, and remembers a bounded number of them', () => {
    const cursor = new Cursor(50, () => {})
    assert.deepEqual(
      [7, 60, 7, 3].map((seq) => cursor.hearPassing(seq)),
      [true, true, false, true],
    )
    assert.equal(cursor.heard, 50)
    for (let seq = 100; seq < 10_200; seq++) cursor.hearPassing(seq)
    assert.equal(cursor.hearPassing(7), true)
    assert.equal(cursor.hearPassing(10_199), false)
  })

  it('goes back to where a server is that was set up anew', () => {
    const took: number[] = []
    const cursor = new Cursor(50, (seq) => took.push(seq))
    cursor.restrict(60)
    assert.deepEqual([cursor.heard, took], [50, []])
    cursor.restrict(20)
    assert.deepEqual([cursor.heard, took], [20, [20]])
    assert.deepEqual([cursor.hear(20), cursor.hear(21)], [false, true])
  })

  it('tells of what was taken, only forward', () => {
    const took: number[] = []
    const cursor = new Cursor(null, (seq) => took.push(seq))
    for (const seq of [3, 3, 2, 8]) cursor.take(seq)
    assert.deepEqual(took, [3, 8])
    assert.equal(cursor.heard, null)
  })
})
