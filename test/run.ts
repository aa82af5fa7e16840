/**
 * `npm test`: all tests, in three processes beside each other, each with many files in it: loading the code anew for every
 * file would take longer than the tests. What each printed comes behind the one before, and the sums of all come last.
 */
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'

/** Those that keep a processor busy, and those that also wait for other processes and for time to pass. */
const conversations = ['test/transcripts.test.ts', 'test/model/**/*.test.ts', 'packages/client/**/*.test.ts']
const parts = ['packages/!(client)/{src,suites,testing}/**/*.test.ts', 'test/fuzz/**/*.test.ts']
const whole = ['test/{,field/,web/}*.test.ts']
const busy = filesOf(conversations)
const groups = [filesOf(whole).filter((file) => !busy.includes(file)), busy, filesOf(parts)]

function filesOf(patterns: readonly string[]): readonly string[] {
  return patterns.flatMap((pattern) => globSync(pattern))
}

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

const outcomes = await Promise.all(groups.map((files, index) => run(files, index === 0)))
for (const { output } of outcomes.slice(1)) process.stdout.write(output)
const sum = (what: string) => {
  const counts = outcomes.map(({ output }) =>
    Number(new RegExp(`^ℹ ${what} (\\d+)$`, 'm').exec(output)?.[1] ?? Number.NaN),
  )
  return counts.reduce((all, count) => all + count, 0)
}
const totals = ['tests', 'pass', 'fail', 'cancelled', 'skipped', 'todo'].map((what) => `ℹ ${what} ${sum(what)}\n`)
process.stdout.write(`\nAll together:\n${totals.join('')}`)
// A process that ended before it could count has failed as well.
process.exitCode = outcomes.some(({ failed }) => failed) || Number.isNaN(sum('tests')) ? 1 : 0
