import { VirtualClock } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '../logger.ts'
import { Refusals } from './refusals.ts'

test('of each kind of refusal one line is logged in ten seconds, with how many more there were', () => {
  const clock = new VirtualClock()
  const lines: string[] = []
  const logger = {
    ...silentLogger,
    warn: (fields: object, message: string) => void lines.push(message + JSON.stringify(fields)),
  }
  const refusals = new Refusals(logger, clock)
  for (const address of ['a', 'b', 'c']) refusals.note('full', { address })
  refusals.note('timed-out', { address: 'd' })
  assert.deepEqual(lines, ['full{"address":"a"}', 'timed-out{"address":"d"}'])
  clock.advance(10_000)
  assert.deepEqual(lines.slice(2), ['full{"more":2}'])
  refusals.note('full', { address: 'e' })
  refusals.note('full', { address: 'f' })
  refusals.close()
  assert.deepEqual(lines.slice(3), ['full{"address":"e"}', 'full{"more":1}'])
  assert.equal(clock.waiting, 0)
})
