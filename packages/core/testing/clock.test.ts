import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clockSuite } from '../suites/index.ts'
import { VirtualClock } from './clock.ts'

clockSuite('the virtual clock', () => {
  const clock = new VirtualClock()
  return { clock, advance: async (ms) => clock.advance(ms) }
})

test('virtual time stands still until it is advanced, and what falls due runs at its own time, in order', () => {
  const clock = new VirtualClock()
  const start = clock.now()
  const ran: string[] = []
  for (const ms of [30, 10, 20, 10]) clock.after(ms, () => ran.push(`${ms} at ${clock.monotonic()}`))
  clock.advance(25)
  assert.deepEqual(ran, ['10 at 10', '10 at 10', '20 at 20'])
  assert.equal(clock.now() - start, 25)
})

test('a jump of the wall clock leaves intervals alone', () => {
  const clock = new VirtualClock()
  let ran = false
  clock.after(5, () => (ran = true))
  clock.jump(-3_600_000)
  assert.equal(clock.monotonic(), 0)
  clock.advance(4)
  assert.equal(ran, false)
  clock.advance(1)
  assert.equal(ran, true)
})
