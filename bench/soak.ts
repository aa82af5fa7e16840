/**
 * `node bench/soak.ts [--minutes 30] [--plots <directory>]`: a server with its usual settings under
 * a little load of every kind, for as long as you like. People of four protocols stay and talk,
 * guests come and go, and letters wait for somebody who is here every other minute. Prints a line
 * of figures each minute and a judgement at the end, and draws memory and latency.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { lineChart } from './line-chart.ts'
import { SoakLoad } from './soak-load.ts'
import { measureServer, type SoakSample } from './soak-samples.ts'
import { soakServer } from './soak-server.ts'

const sampleMs = 5_000
/** Caches are full by then: SQLite's pages, and what the allocator keeps. */
const settledShare = 2 / 3
/** What memory may grow by in an hour behind that, in MB: the noise of a collector. */
const mostGrowth = 20

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '30' }, plots: { type: 'string' } } })
const ms = Number(values.minutes) * 60_000
if (!(ms > 0)) throw new Error(`--minutes has to be a number above 0, and is ${values.minutes}`)

const server = await soakServer()
const load = await SoakLoad.begin(server)
const sample = measureServer(server)
const samples: SoakSample[] = []
const began = performance.now()
for (let count = 1; performance.now() - began < ms; count++) {
  await wait(began + count * sampleMs - performance.now())
  const latest = { ...sample(), ...load.latencies(), minutes: (performance.now() - began) / 60_000 }
  samples.push(latest)
  if (count % (60_000 / sampleMs) === 0) print(latest)
}
const kept = await load.end()
await wait(sampleMs)
const left = sample()
await server.stop()

const settled = samples.slice(Math.floor(samples.length * settledShare))
const growth = slope(settled.map(({ minutes, memory }) => [minutes / 60, memory]))
const sorted = samples.map(({ p99 }) => p99).toSorted((one, other) => one - other)
say(`${kept.said} messages to everybody by ${kept.came} sign-ins; ${kept.missed} of them not heard by a neighbour`)
say(`letters: ${kept.taken} taken, ${kept.lost} lost, ${kept.twice} delivered twice`)
say(`memory: ${growth.toFixed(1)} MB an hour more, in the last third`)
say(`descriptors: ${samples[0]!.descriptors} with everybody there, ${left.descriptors} when all have left`)
say(`p99 of 5 s: median ${middle(sorted).toFixed(1)} ms, most ${(sorted.at(-1) ?? 0).toFixed(1)} ms`)
if (values.plots !== undefined) draw(values.plots)
const faults = kept.missed + kept.lost + kept.twice + kept.dropped
if (faults > 0 || growth > mostGrowth) process.exitCode = 1
process.exit()

function print({ minutes, memory, descriptors, core, p50, p99 }: SoakSample): void {
  const figures = `${memory.toFixed(0)} MB, ${descriptors} descriptors, ${core.toFixed(1)} % of a core`
  say(`${minutes.toFixed(0).padStart(4)} min: ${figures}, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`)
}

function draw(directory: string): void {
  mkdirSync(directory, { recursive: true })
  const line = (name: string, figure: (sample: SoakSample) => number) => ({
    name,
    points: samples.map((each) => [each.minutes, figure(each)] as const),
  })
  const memory = { title: 'Soak', across: 'minutes', up: 'MB', lines: [line('resident', (each) => each.memory)] }
  const lines = [line('p99', ({ p99 }) => p99), line('p50', ({ p50 }) => p50)]
  const latency = { title: 'Soak', across: 'minutes', up: 'milliseconds', lines, logarithmic: { up: true } as const }
  writeFileSync(join(directory, 'soak-memory.svg'), lineChart(memory))
  writeFileSync(join(directory, 'soak-latency.svg'), lineChart(latency))
}

/** Least squares. */
function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (of: (point: readonly [number, number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length
  const x = mean(([across]) => across)
  const y = mean(([, up]) => up)
  return mean(([across, up]) => (across - x) * (up - y)) / mean(([across]) => (across - x) ** 2)
}

function middle(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
