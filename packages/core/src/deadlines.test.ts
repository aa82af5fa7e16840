import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Deadlines, earlier } from './deadlines.ts'

describe('deadlines', () => {
  it('fall due in the order in which they were set, and the next one is known', () => {
    const deadlines = new Deadlines<string>(10)
    assert.equal(deadlines.next, null)
    for (const [key, now] of [
      ['a', 0],
      ['b', 1],
      ['c', 5],
    ] as const) {
      deadlines.set(key, now)
    }
    assert.equal(deadlines.next, 10)
    assert.deepEqual([...deadlines.due(9)], [])
    assert.deepEqual([...deadlines.due(11)], ['a', 'b'])
    assert.equal(deadlines.next, 15)
    assert.deepEqual([...deadlines.due(100)], ['c'])
    assert.equal(deadlines.next, null)
  })

  it('start anew when they are set again, and are gone when deleted', () => {
    const deadlines = new Deadlines<string>(10)
    deadlines.set('a', 0)
    deadlines.set('b', 1)
    deadlines.set('a', 2)
    assert.equal(deadlines.next, 11)
    deadlines.delete('b')
    assert.equal(deadlines.next, 12)
    deadlines.delete('a')
    deadlines.delete('never there')
    assert.equal(deadlines.next, null)
  })

  it('may be set while others fall due', () => {
    const deadlines = new Deadlines<number>(10)
    deadlines.set(1, 0)
    deadlines.set(2, 0)
    const ran: number[] = []
    for (const key of deadlines.due(10)) {
      ran.push(key)
      if (key === 1) deadlines.set(3, 10)
    }
    assert.deepEqual([ran, deadlines.next], [[1, 2], 20])
  })

  it('are the same after they were saved', () => {
    const [one, other] = [new Deadlines<string>(10), new Deadlines<string>(10)]
    one.set('a', 0)
    one.set('b', 3)
    other.set('gone', 0)
    other.restore(JSON.parse(JSON.stringify(one.entries())) as [string, number][])
    assert.deepEqual([other.next, other.entries()], [10, one.entries()])
  })

  it('tell the earlier of two, where never is the latest', () => {
    assert.deepEqual([earlier(1, 2), earlier(null, 2), earlier(1, null), earlier(null, null)], [1, 2, 1, null])
  })
})
