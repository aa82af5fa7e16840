import { VirtualClock } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { boundedLogger } from './bounded-logger.ts'
import { silentLogger } from './logger.ts'

test('lines of level info are left out where there are too many, and their number is logged', () => {
  const clock = new VirtualClock()
  const lines: string[] = []
  const note = (fields: object, message: string) => void lines.push(message + JSON.stringify(fields))
  const logger = boundedLogger({ ...silentLogger, info: note, warn: note }, clock)
  for (let count = 0; count < 5_000; count++) logger.info({}, 'opened')
  assert.equal(lines.length, 2_000)
  logger.warn({}, 'refused')
  assert.equal(lines.pop(), 'refused{}')
  clock.advance(1_000)
  logger.info({}, 'closed')
  assert.deepEqual(lines.slice(2_000), [
    'lines were left out of the log, because there were too many{"lines":3000}',
    'closed{}',
  ])
})
