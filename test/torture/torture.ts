/** `npm run torture -- --minutes 30`: a server is tortured, and what became of each message is counted. */
import { parseArgs } from 'node:util'
import { shown, wrong } from './shown.ts'
import { torture } from './torture-loop.ts'

const usage = 'npm run torture -- [--minutes 5] [--faults NUMBER] [--seed NUMBER]'

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

const { values } = parseArgs({
  options: { minutes: { type: 'string' }, faults: { type: 'string' }, seed: { type: 'string' } },
})
const minutes = Number(values.minutes ?? 5)
const faults = Number(values.faults ?? Infinity)
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
if ([minutes, faults, seed].some(Number.isNaN)) {
  say(usage)
  process.exit(2)
}
say(`seed ${seed}`)
const report = await torture({ seed, faults, ms: minutes * 60_000, said: say })
say(shown(report))
const failure = wrong(report)
if (failure) say(failure)
process.exit(failure ? 1 : 0)
