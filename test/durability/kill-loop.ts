import { SeededRandom } from '@parley/core/testing'
import { defaultSettings, type Settings } from '@parley/server'
import { restartableServer, type RestartableServer } from '../restartable-server.ts'
import { Traffic } from './traffic.ts'

/** Who sends and who receives, by protocol. */
const sending = [
  ['ident', 'Ida'],
  ['helo', 'Hugo'],
  ['json', 'Jon'],
  ['cp', 'Carl'],
  ['chatos', 'Chas'],
] as const
const receiving = [
  ['ident', 'Irma'],
  ['helo', 'Helga'],
  ['json', 'Jana'],
  ['cp', 'Clara'],
] as const

/** As many messages are taken before the next kill, and some more by chance. */
const leastBetween = 50
const mostMore = 400

const settings: Settings = {
  ...defaultSettings,
  limits: { ...defaultSettings.limits, messageRate: null },
  mailbox: { perPair: 1_000_000, perRecipient: 1_000_000, bytes: 1_073_741_824, guestShare: 1 },
}

export interface KillReport {
  readonly kills: number
  /** Messages that were acknowledged to their senders. */
  readonly taken: number
  /** Of those the ones that were never delivered. */
  readonly lost: readonly string[]
  /** Messages that were delivered once more after their reader's acknowledgement. */
  readonly twice: readonly string[]
  /** Messages that were delivered once more because the acknowledgement was lost with the process. */
  readonly repeated: number
  /** First delivered behind a later one of the same sender. */
  readonly disordered: readonly string[]
  readonly refused: readonly string[]
}

/** A server that is killed again and again while private messages to registered users go through it, on all protocols. */
export async function killLoop({ kills, seed }: { kills: number; seed: number }): Promise<KillReport> {
  const listen = sending.map(([protocol]) => `${protocol}://127.0.0.1:0`)
  const server = await restartableServer({ listen, settings })
  try {
    return await run(server, kills, new SeededRandom(seed))
  } finally {
    await server.stop()
  }
}

async function run(server: RestartableServer, kills: number, random: SeededRandom): Promise<KillReport> {
  const traffic = await Traffic.prepare(server, sending, receiving)
  await traffic.signIn()
  for (let killed = 0; killed < kills; killed++) {
    await traffic.taken(leastBetween + random.integer(mostMore))
    await traffic.kill()
    await traffic.signIn()
  }
  await traffic.end()
  const { taken, lost, twice, repeated, refused, disordered } = traffic.tally
  const refusals = Array.from(refused, ([message, line]) => `${message}: ${line}`)
  return { kills, taken: taken.size, lost, twice, repeated, disordered, refused: refusals }
}
