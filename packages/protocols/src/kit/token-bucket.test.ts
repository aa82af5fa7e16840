import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { VirtualClock } from '@parley/core/testing'
import { TokenBucket } from './token-bucket.ts'

describe('token bucket', () => {
  it('gives its burst at once and nothing more', () => {
    const bucket = new TokenBucket({ burst: 20, perSecond: 5 }, new VirtualClock())
    assert.deepEqual([takeAll(bucket), bucket.take()], [20, false])
  })

  it('fills at its rate, also when it is asked in vain meanwhile', () => {
    const clock = new VirtualClock()
    const bucket = new TokenBucket({ burst: 20, perSecond: 5 }, clock)
    takeAll(bucket)
    for (const [passes, gives] of [
      [100, 0],
      [99, 0],
      [1, 1],
      [1_000, 5],
    ] as const) {
      clock.advance(passes)
      assert.equal(takeAll(bucket), gives)
    }
  })

  it('never holds more than its burst', () => {
    const clock = new VirtualClock()
    const bucket = new TokenBucket({ burst: 3, perSecond: 5 }, clock)
    clock.advance(3_600_000)
    assert.equal(takeAll(bucket), 3)
  })

  it('does not notice a jump of the wall clock', () => {
    const clock = new VirtualClock()
    const bucket = new TokenBucket({ burst: 1, perSecond: 1 }, clock)
    takeAll(bucket)
    clock.jump(3_600_000)
    assert.equal(bucket.take(), false)
  })

  it('has what was given back, and no more than its burst', () => {
    const bucket = new TokenBucket({ burst: 2, perSecond: 5 }, new VirtualClock())
    assert.equal(bucket.full, true)
    bucket.take()
    assert.equal(bucket.full, false)
    bucket.giveBack()
    bucket.giveBack()
    assert.deepEqual([bucket.full, takeAll(bucket)], [true, 2])
  })
})

function takeAll(bucket: TokenBucket): number {
  let taken = 0
  while (bucket.take()) taken++
  return taken
}
