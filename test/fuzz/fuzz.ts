import { parseArgs } from 'node:util'
import { campaign } from './campaign.ts'

const usage = 'npm run fuzz -- [--seconds 60] [--seed NUMBER] [--rounds NUMBER]'

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

const { values } = parseArgs({
  options: { seconds: { type: 'string' }, seed: { type: 'string' }, rounds: { type: 'string' } },
})
const seconds = Number(values.seconds ?? 60)
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
const rounds = Number(values.rounds ?? Infinity)
if ([seconds, seed, rounds].some(Number.isNaN)) {
  say(usage)
  process.exit(2)
}

say(`seed ${seed}`)
// A promise that nobody waits for is a bug too; the round it comes from is the last that was begun.
process.on('unhandledRejection', (bug) => {
  say(`a promise was rejected and nobody waits for it: ${bug instanceof Error ? bug.stack : String(bug)}`)
  say(`Repeat it with: npm run fuzz -- --seed ${seed}`)
  process.exit(1)
})
const { gc } = globalThis
// Buffers are given back beside the collection that finds them unused; the next one waits for that.
const collect = gc && (() => [gc(), gc()])
const { failure } = await campaign({ seed, ms: seconds * 1_000, rounds, say, collect })
if (failure) say(failure)
process.exitCode = failure ? 1 : 0
