import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Turns, type TurnTaker } from './turns.ts'

/** Takes so many turns, each of which lasts so many milliseconds. */
class Taker implements TurnTaker {
  readonly name: string
  #left: number
  readonly #take: (taker: Taker) => void

  constructor(name: string, left: number, take: (taker: Taker) => void) {
    this.name = name
    this.#left = left
    this.#take = take
  }

  get hasMore(): boolean {
    return --this.#left > 0
  }

  takeTurn(): void {
    this.#take(this)
  }
}

function opened(ms = 0) {
  let now = 0
  const taken: string[] = []
  const turns = new Turns(() => now)
  const taker = (name: string, left: number): Taker =>
    new Taker(name, left, (each) => {
      taken.push(each.name)
      now += ms
      if (each.hasMore) turns.wait(each, false)
    })
  return { turns, taken, taker, pass: (passed: number) => void (now += passed) }
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('turns (X-8)', () => {
  it('come round among all who wait', async () => {
    const { turns, taken, taker } = opened()
    assert.equal(turns.isOver, false)
    for (const name of ['a', 'b', 'c']) turns.wait(taker(name, 3), false)
    assert.equal(turns.idle, false)
    await nextTurn()
    assert.deepEqual(taken.join(''), 'abcabcabc')
    assert.equal(turns.idle, true)
  })

  it('come first to those who seldom send, and to one of the others in any case', async () => {
    const { turns, taken, taker } = opened(5)
    assert.equal(turns.isOver, false)
    turns.wait(taker('often', 2), false)
    for (const name of ['one', 'two']) turns.wait(taker(name, 1), true)
    await nextTurn()
    assert.deepEqual(taken, ['one', 'often'])
    await nextTurn()
    assert.deepEqual(taken, ['one', 'often', 'two', 'often'])
  })

  it('end when their time is used up, and then sockets are looked at', async () => {
    const { turns, pass } = opened()
    assert.equal(turns.isOver, false)
    pass(3)
    assert.equal(turns.isOver, false)
    pass(1)
    assert.equal(turns.isOver, true)
    await nextTurn()
    assert.equal(turns.isOver, false)
  })
})
