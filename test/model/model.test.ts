import fc from 'fast-check'
import { describe, it } from 'node:test'
import { RealCommunity } from './real.ts'
import { emptyModel } from './step.ts'
import { assemble, lookIntoMailboxes, themes } from './themes.ts'

/** For each theme; `PARLEY_RUNS=10` runs ten times as many. */
const runs = Math.ceil(300 * Number(process.env['PARLEY_RUNS'] ?? 1))

describe('a community against its model: everybody hears what the rulings say, in that order, and nothing else', () => {
  for (const { about, cast, steps } of themes) {
    it(about, async () => {
      await fc.assert(
        fc.asyncProperty(fc.commands(steps, { maxCommands: 60, size: 'max' }), async (commands) => {
          const [model, real] = [emptyModel(), await RealCommunity.start()]
          await assemble(cast, model, real)
          await fc.asyncModelRun(() => ({ model, real }), commands)
          await lookIntoMailboxes(model, real)
        }),
        { numRuns: runs },
      )
    })
  }
})
