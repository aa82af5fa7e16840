import { clockSuite } from '@parley/core/suites'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from './system-clock.ts'

clockSuite('the machine’s clock', () => ({
  clock: systemClock,
  advance: async (ms) => {
    const end = performance.now() + ms
    while (performance.now() < end) await new Promise((resolve) => setTimeout(resolve, end - performance.now()))
  },
}))

test('a wait that is longer than a timer of Node can be is cut into shorter ones', async (t) => {
  const warnings: string[] = []
  const hear = ({ name }: Error): unknown => warnings.push(name)
  process.on('warning', hear)
  t.after(() => process.off('warning', hear))
  systemClock.after(2 ** 40, () => {})()
  await new Promise(setImmediate)
  assert.deepEqual(warnings, [])
})
