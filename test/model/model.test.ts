import { describe, it } from 'node:test'
import { TestThread } from '../test-thread.ts'
import type { ModelTask } from './model-thread.ts'
import { themes } from './themes.ts'

/** For each theme; `PARLEY_RUNS=10` runs ten times as many. */
const runs = Math.ceil(300 * Number(process.env['PARLEY_RUNS'] ?? 1))
const thread = new TestThread(new URL('./model-thread.ts', import.meta.url))

describe('a community against its model: everybody hears what the rulings say, in that order, and nothing else', () => {
  for (const { about } of themes) it(about, () => thread.run({ about, runs } satisfies ModelTask))
})
