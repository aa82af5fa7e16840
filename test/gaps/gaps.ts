/** `npm run gaps -- --cuts 1000`: cuts devices off as often, and counts what they missed or heard twice. */
import { parseArgs } from 'node:util'
import { gapLoop } from './gap-loop.ts'
import { shown, wrong } from './shown.ts'

const usage = 'npm run gaps -- [--cuts 300] [--seed NUMBER]'

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

const { values } = parseArgs({ options: { cuts: { type: 'string' }, seed: { type: 'string' } } })
const cuts = Number(values.cuts ?? 300)
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
if (![cuts, seed].every(Number.isSafeInteger)) {
  say(usage)
  process.exit(2)
}
const report = await gapLoop({ cuts, seed })
say(shown(report))
const failure = wrong(report)
if (failure) say(failure)
process.exitCode = failure ? 1 : 0
