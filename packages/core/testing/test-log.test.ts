import assert from 'node:assert/strict'
import { test } from 'node:test'
import { logSuite } from '../suites/log-suite.ts'
import { storeLogSuite } from '../suites/store-log-suite.ts'
import { Community } from '../src/community.ts'
import { VirtualClock } from './clock.ts'
import { HeldStore } from './held-store.ts'
import { RandomCommands } from './random-commands.ts'
import { SeededRandom } from './random.ts'
import { TestLog } from './test-log.ts'

for (const promises of [logSuite, storeLogSuite]) {
  promises('the log for tests', (parts) => {
    const log = new TestLog(parts)
    return {
      log,
      close: async () => {
        await log.close()
        log.checkReplay()
      },
    }
  })
}

test('commands of several connections overtake each other, and a replay comes to the same end', async () => {
  const community = new Community()
  const [store, clock, random] = [new HeldStore(), new VirtualClock(), new SeededRandom(3)]
  const log = new TestLog({ community, store, clock, random, deliver: () => {} })
  const commands = new RandomCommands(random, community)
  const order: number[] = []
  for (let round = 0; round < 40; round++) {
    const submitted = Array.from({ length: 10 }, (_, index) =>
      log.submit(commands.next(), () => order.push(round * 10 + index)),
    )
    await Promise.all(submitted)
    clock.advance(random.integer(2_000))
  }
  await log.close()
  assert.equal(new Set(order).size, 400)
  assert.notDeepEqual(
    order,
    order.toSorted((one, other) => one - other),
  )
  log.checkReplay()
})
