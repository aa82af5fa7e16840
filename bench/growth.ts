/**
 * `node bench/growth.ts [--clients 10000] [--plots <directory>]`: what one message to everybody costs
 * the server, and how long it takes, from 10 users to 10,000. Parley by `ident` beside InspIRCd and a
 * bare server. The load says ten messages a second, so nobody is at the limit before 10,000 users.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { lineChart } from './line-chart.ts'
import { bare, inspircd, installed, parley } from './peers.ts'
import type { CpuUse } from './processes.ts'
import { load } from './rounds.ts'

interface Figures extends CpuUse {
  readonly bytesEach: number
  readonly lost: number
  readonly p50: number
  readonly p99: number
  readonly p999: number
}

const sizes = [10, 30, 100, 300, 1_000, 3_000, 10_000]
const seconds = 10
/** Sign-ins of IRC cost the square of the users: more take minutes. */
const mostOfIrc = 1_000

const { values } = parseArgs({ options: { clients: { type: 'string', default: '10000' }, plots: { type: 'string' } } })
const peers = [parley('ident'), ...installed([inspircd]), bare('bare-chat.ts', 'ident')]
const measured = peers.map(({ name }) => ({ name, rows: [] as (Figures & { readonly users: number })[] }))
for (const users of sizes.filter((size) => size <= Number(values.clients))) {
  for (const [index, peer] of peers.entries()) {
    if (peer.dialect === 'irc' && users > mostOfIrc) continue
    const server = await peer.start()
    try {
      const figures = await load<Figures>('growth-load.ts', peer, server, users, seconds)
      measured[index]!.rows.push({ ...figures, users })
      const { serverMicroseconds, p50, p99, p999, bytesEach } = figures
      const latency = `p50 ${p50.toFixed(2)}, p99 ${p99.toFixed(2)}, p99.9 ${p999.toFixed(2)} ms`
      const costs = `${serverMicroseconds.toFixed(2)} µs a delivery, ${(bytesEach / 1_024).toFixed(1)} KiB a user`
      process.stdout.write(`${String(users).padStart(6)} users  ${peer.name.padEnd(9)} ${latency}, ${costs}\n`)
      if (figures.lost > 0) throw new Error(`${peer.name} lost ${figures.lost} messages`)
    } finally {
      await server.stop()
    }
  }
}
if (values.plots !== undefined) draw(values.plots)
process.exit()

function draw(directory: string): void {
  mkdirSync(directory, { recursive: true })
  const lines = (figure: (row: Figures) => number) =>
    measured.map(({ name, rows }) => ({ name, points: rows.map((row) => [row.users, figure(row)] as const) }))
  const logarithmic = { across: true, up: true } as const
  const chart = (file: string, title: string, up: string, figure: (row: Figures) => number) =>
    writeFileSync(join(directory, file), lineChart({ title, across: 'users', up, lines: lines(figure), logarithmic }))
  chart(
    'growth-cost.svg',
    'A message to everybody',
    'µs of the processor for each delivery',
    (row) => row.serverMicroseconds,
  )
  chart('growth-latency.svg', 'A message to everybody', 'milliseconds to the last one, p99', (row) => row.p99)
}
