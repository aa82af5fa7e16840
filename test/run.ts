/**
 * `npm test`: all tests, in two processes beside each other, each with many files in it: loading the code anew for every file
 * would take longer than the tests. What the second one printed comes behind the first, and the sums of both come last.
 */
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'

const beside = ['packages/*/{src,suites,testing}/**/*.test.ts', 'test/model/**/*.test.ts', 'test/fuzz/**/*.test.ts']
const first = globSync('test/{,field/}*.test.ts')
const second = beside.flatMap((pattern) => globSync(pattern))

interface Outcome {
  readonly output: string
  readonly failed: boolean
}

function run(files: readonly string[], show: boolean): Promise<Outcome> {
  const args = ['--test', '--test-isolation=none', '--test-reporter=spec', ...files.toSorted()]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
    if (show) process.stdout.write(chunk)
  })
  return new Promise((resolve) => child.on('close', (code) => resolve({ output, failed: code !== 0 })))
}

const outcomes = await Promise.all([run(first, true), run(second, false)])
process.stdout.write(outcomes[1].output)
const sum = (what: string) => {
  const counts = outcomes.map(({ output }) =>
    Number(new RegExp(`^ℹ ${what} (\\d+)$`, 'm').exec(output)?.[1] ?? Number.NaN),
  )
  return counts.reduce((all, count) => all + count, 0)
}
const totals = ['tests', 'pass', 'fail', 'cancelled', 'skipped', 'todo'].map((what) => `ℹ ${what} ${sum(what)}\n`)
process.stdout.write(`\nBoth together:\n${totals.join('')}`)
// A process that ended before it could count has failed as well.
process.exitCode = outcomes.some(({ failed }) => failed) || Number.isNaN(sum('tests')) ? 1 : 0
