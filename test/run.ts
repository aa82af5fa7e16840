/**
 * `npm test`: all tests, in groups, three of them at a time. A group is one process with many files in it: loading the code
 * anew for every file would take longer than the tests. What each printed comes in one piece, and the sums of all come last.
 */
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'

const atOnce = 3
/** A test that waits for ever fails after so many milliseconds. */
const longestMs = 300_000

const named = Object.entries({
  'commands in processes of their own': 'test/{check,hostile-process,packed,readme,backup,mutants,record}*.test.ts',
  'many bytes, and power cuts': 'test/{*big-file,*cuts,durability,gaps,full-*}.test.ts',
  transcripts: 'test/transcripts.test.ts',
  'server, core and the others': 'packages/!(client|terminal|web)/{src,suites,testing}/**/*.test.ts',
  'client, terminal and page': 'packages/{client,terminal,web}/{src,suites,testing}/**/*.test.ts',
  'model and fuzzer': 'test/{model,fuzz}/**/*.test.ts',
}).map(([name, pattern]) => ({ name, files: globSync(pattern) }))
const taken = new Set(named.flatMap(({ files }) => files))
const others = globSync('test/{,field/,web/}*.test.ts').filter((file) => !taken.has(file))
/** Those that take longest come first, so that the last ones end together. */
const groups = [{ name: 'whatever else spans packages', files: others }, ...named]

interface Outcome {
  readonly name: string
  readonly output: string
  readonly failed: boolean
  readonly seconds: number
}

function run({ name, files }: (typeof groups)[number]): Promise<Outcome> {
  const began = performance.now()
  const args = [
    `--import=${import.meta.resolve('./run-preload.ts')}`,
    '--test',
    '--test-isolation=none',
    '--test-reporter=spec',
    `--test-timeout=${longestMs}`,
    ...files.toSorted(),
  ]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => void (output += text))
  }
  return new Promise((resolve) =>
    child.on('close', (code) =>
      resolve({ name, output, failed: code !== 0, seconds: Math.round((performance.now() - began) / 1_000) }),
    ),
  )
}

const outcomes: Outcome[] = []
async function runWaiting(): Promise<void> {
  for (let group = groups.shift(); group; group = groups.shift()) {
    const outcome = await run(group)
    process.stdout.write(`\n${outcome.name}:\n${outcome.output}`)
    outcomes.push(outcome)
  }
}
await Promise.all(Array.from({ length: atOnce }, runWaiting))

const sum = (what: string) => {
  const counts = outcomes.map(({ output }) =>
    Number(new RegExp(`^ℹ ${what} (\\d+)$`, 'm').exec(output)?.[1] ?? Number.NaN),
  )
  return counts.reduce((all, count) => all + count, 0)
}
const ended = outcomes.map(({ name, failed, seconds }) => `${failed ? '✖' : '✔'} ${name} (${seconds} s)\n`)
const totals = ['tests', 'pass', 'fail', 'cancelled', 'skipped', 'todo'].map((what) => `ℹ ${what} ${sum(what)}\n`)
process.stdout.write(`\nAll together:\n${[...ended, ...totals].join('')}`)
/** How many tests were left out, by the reason. */
const leftOut = new Map<string, number>()
for (const { output } of outcomes) {
  for (const [, why = 'no reason given'] of output.matchAll(/^\s*﹣ .* \([\d.]+ms\)(?: # (.+))?$/gm)) {
    leftOut.set(why, (leftOut.get(why) ?? 0) + 1)
  }
}
for (const [why, count] of leftOut) process.stdout.write(`left out: ${count}, because ${why}\n`)
// A process that ended before it could count has failed as well.
process.exitCode = outcomes.some(({ failed }) => failed) || Number.isNaN(sum('tests')) ? 1 : 0
