import fc from 'fast-check'
import { carryOut } from '../test-thread.ts'
import { RealCommunity } from './real.ts'
import { emptyModel } from './step.ts'
import { assemble, lookIntoMailboxes, themes } from './themes.ts'

export interface ModelTask {
  /** Of a theme. */
  readonly about: string
  readonly runs: number
}

carryOut(async ({ about, runs }: ModelTask) => {
  const { cast, steps } = themes.find((theme) => theme.about === about)!
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
