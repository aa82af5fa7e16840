import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ClusterRun, type RunCounts } from '../../testing/cluster-run.ts'

/** `PARLEY_RUNS=10` makes ten times as many. */
const runs = Math.ceil(30 * Number(process.env['PARLEY_RUNS'] ?? 1))
const first = Number(process.env['PARLEY_SEED'] ?? 1)

describe('three nodes over a stream that loses, delays and doubles, killed, stopped and cut off at random', () => {
  it('have one order, apply nothing twice, lose nothing that was acknowledged, and keep no ghost', async (t) => {
    const all: Partial<Record<keyof RunCounts, number>> = {}
    for (let seed = first; seed < first + runs; seed++) {
      const run = new ClusterRun(seed)
      try {
        for (let step = 0; step < 400; step++) await run.step()
        await run.check()
      } catch (error) {
        throw new Error(`seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`, { cause: error })
      } finally {
        await run.close()
      }
      for (const [what, count] of Object.entries(run.counts) as [keyof RunCounts, number][]) {
        all[what] = (all[what] ?? 0) + count
      }
    }
    t.diagnostic(JSON.stringify(all))
    for (const [what, count] of Object.entries(all)) assert.ok(count > 0, `there were no ${what}`)
  })
})
