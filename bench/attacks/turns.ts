/**
 * Loaded into the server of an attack before anything else: watches how much processor time its main
 * thread takes from one turn of the event loop to the next. A turn that takes 20 ms makes everybody
 * wait as long, and what else the machine does makes no difference to it. SIGUSR2 has the figures
 * since the last one written into the file that PARLEY_TURNS names.
 */
import { writeFileSync } from 'node:fs'
import { threadCpuUsage } from 'node:process'

const file = process.env['PARLEY_TURNS']
/** A turn that is over sooner makes nobody wait. */
const lookMs = 1

let turns: number[] = []
let before = threadCpuUsage()

function look(): void {
  const now = threadCpuUsage()
  turns.push((now.user + now.system - before.user - before.system) / 1_000)
  before = now
}

if (file !== undefined) {
  setInterval(look, lookMs).unref()
  process.on('SIGUSR2', () => {
    const sorted = turns.toSorted((one, other) => one - other)
    turns = []
    const part = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
    writeFileSync(file, JSON.stringify({ p99: part(0.99), max: part(1) }))
  })
}
