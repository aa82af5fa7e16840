/** `npm run durability -- --kills 100`: kills a server under load as often, and counts what is lost or delivered twice. */
import { parseArgs } from 'node:util'
import { killLoop } from './kill-loop.ts'
import { shown, wrong } from './shown.ts'

const usage = 'npm run durability -- [--kills 20] [--seed NUMBER]'

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

const { values } = parseArgs({ options: { kills: { type: 'string' }, seed: { type: 'string' } } })
const kills = Number(values.kills ?? 20)
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
if (![kills, seed].every(Number.isSafeInteger)) {
  say(usage)
  process.exit(2)
}
say(`seed ${seed}`)
const report = await killLoop({ kills, seed })
say(shown(report))
const failure = wrong(report)
if (failure) say(failure)
process.exitCode = failure ? 1 : 0
