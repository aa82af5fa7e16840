import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LogTime } from './log-time.ts'

function timesOf(...stamps: readonly number[]): readonly number[] {
  const time = new LogTime()
  return stamps.map((stamp) => {
    time.pass(stamp)
    return time.at
  })
}

describe("the log's time", () => {
  it('is that of the stream', () => assert.deepEqual(timesOf(100, 100, 150), [100, 100, 150]))

  it('goes on at the pace of a clock that is behind, until that has caught up', () => {
    assert.deepEqual(timesOf(1_000, 400, 450, 470, 1_200), [1_000, 1_000, 1_050, 1_070, 1_200])
  })

  it('is the same from where it was saved', () => {
    const [one, other] = [new LogTime(), new LogTime()]
    for (const stamp of [1_000, 400]) one.pass(stamp)
    other.restore(one.save())
    for (const time of [one, other]) time.pass(450)
    assert.deepEqual([one.at, other.at], [1_050, 1_050])
  })
})
