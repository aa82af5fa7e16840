/** `npm run cluster-check -- --seconds 3600`: three nodes, one fault after another, and what they promise counted. */
import { withoutNats } from '@parley/server/testing'
import { parseArgs } from 'node:util'
import { clusterLoop } from './cluster-loop.ts'
import { shown, wrong } from './shown.ts'

const usage = 'npm run cluster-check -- [--seconds 60] [--seed NUMBER]'

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

const { values } = parseArgs({ options: { seconds: { type: 'string' }, seed: { type: 'string' } } })
const seconds = Number(values.seconds ?? 60)
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
if (![seconds, seed].every(Number.isSafeInteger) || withoutNats !== false) {
  say(withoutNats === false ? usage : withoutNats)
  process.exit(2)
}
say(`seed ${seed}`)
const report = await clusterLoop({ seconds, seed, say })
say(shown(report))
const failure = wrong(report)
if (failure) say(failure)
process.exitCode = failure ? 1 : 0
