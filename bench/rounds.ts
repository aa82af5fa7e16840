import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Peer, Running } from './peers.ts'
import { median, result, start, type CpuUse } from './processes.ts'

/** What every benchmark with peers can be told. */
export interface Options {
  /** How often each server is measured. */
  readonly runs: number
  readonly clients: number | undefined
  /** The `parley.js` that is measured. Undefined: this checkout's. */
  readonly parley: string | undefined
  /** What stands there without an option's name. */
  readonly words: readonly string[]
}

export function options(): Options {
  const { values, positionals: words } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: 'string', default: '3' },
      clients: { type: 'string' },
      parley: { type: 'string' },
    },
  })
  const clients = values.clients === undefined ? undefined : count('clients', values.clients)
  return { runs: count('runs', values.runs), clients, parley: values.parley, words }
}

function count(option: string, value: string): number {
  const number = Number(value)
  if (!Number.isInteger(number) || number < 1)
    throw new Error(`--${option} has to be a whole number from 1, and is ${value}`)
  return number
}

/** A measured server, and what was measured in each round. */
export interface Measured<T> {
  readonly peer: Peer
  readonly rounds: readonly T[]
}

/**
 * Measures every server in each round, in turn, so that what else the machine does meets all of
 * them alike.
 */
export async function measureInTurn<T>(
  peers: readonly Peer[],
  runs: number,
  measure: (peer: Peer, server: Running) => Promise<T>,
): Promise<readonly Measured<T>[]> {
  const measured = peers.map((peer) => ({ peer, rounds: [] as T[] }))
  for (let round = 0; round < runs; round++)
    for (const { peer, rounds } of measured) {
      const server = await peer.start()
      try {
        rounds.push(await measure(peer, server))
      } finally {
        await server.stop()
      }
    }
  return measured
}

/**
 * Runs a load of this folder against a server, on a core of its own. It is given port, process id
 * and dialect first.
 */
export function load<T>(script: string, peer: Peer, server: Running, ...args: readonly number[]): Promise<T> {
  const { port, pid } = server
  return result<T>(
    start(1, join(import.meta.dirname, script), ...[port, pid, peer.dialect, ...args].map(String)),
    peer.name,
  )
}

/** The median of the ratios of the rounds: one server's figure to another's. */
function ratio<T>(one: Measured<T>, other: Measured<T>, figure: (round: T) => number): number {
  return median(one.rounds.map((round, index) => figure(round) / figure(other.rounds[index]!)))
}

/** What a load measures of messages that pass through a server. */
export interface Throughput extends CpuUse {
  readonly perSecond: number
  readonly lost: number
}

/** Measures and prints messages a second, and the first server's ratio to each of the others. */
export async function printThroughput(
  what: string,
  peers: readonly Peer[],
  runs: number,
  script: string,
  ...args: readonly number[]
): Promise<void> {
  const measured = await measureInTurn(peers, runs, async (peer, server) => {
    const figures = await load<Throughput>(script, peer, server, ...args)
    if (figures.lost > 0) throw new Error(`${peer.name} lost ${figures.lost} messages`)
    return figures
  })
  printRatios(
    `${what}, medians of ${runs}:`,
    measured,
    ({ perSecond }) => perSecond,
    (middle) =>
      `${(middle(({ perSecond }) => perSecond) / 1000).toFixed(1).padStart(8)} k/s, ` +
      `${middle(({ serverMicroseconds }) => serverMicroseconds)
        .toFixed(2)
        .padStart(5)} µs of its CPU each ` +
      `(load ${percent(middle(({ loadShare }) => loadShare))}, elsewhere ${percent(middle(({ elsewhere }) => elsewhere))})`,
    ({ serverMicroseconds }) => serverMicroseconds,
  )
}

/** Of one core. */
function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`
}

/**
 * One line for each server, with the ratio of the first one's figure to it. A second ratio says the
 * same of `cost`, the other way round: a machine with other work to do changes rates more than costs.
 */
export function printRatios<T>(
  what: string,
  measured: readonly Measured<T>[],
  figure: (round: T) => number,
  describe: (middle: (of: (round: T) => number) => number) => string,
  cost?: (round: T) => number,
): void {
  const [ours, ...theirs] = measured
  if (!ours) return
  process.stdout.write(`${what}\n`)
  for (const each of measured) {
    const middle = (of: (round: T) => number) => median(each.rounds.map(of))
    const byCost = cost ? ` (by CPU ${ratio(each, ours, cost).toFixed(2)})` : ''
    const beside = theirs.includes(each) ? `, ratio ${ratio(ours, each, figure).toFixed(2)}${byCost}` : ''
    process.stdout.write(`  ${each.peer.name.padEnd(9)} ${describe(middle)}${beside}\n`)
  }
}
