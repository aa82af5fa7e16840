import { SeededRandom } from '@parley/core/testing'
import { defaultSettings, type Settings } from '@parley/server'
import { restartableServer, type RestartableServer } from '../restartable-server.ts'
import { archive, Receiver } from './receiver.ts'
import { Sender } from './sender.ts'
import { Tally } from './tally.ts'

const password = 'vita2048'
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
  const tally = new Tally()
  const names = receiving.map(([, name]) => name)
  for (const name of [...names, 'Carl', archive]) await server.addAccount(name, password)
  const receivers = receiving.map(([protocol, name]) => new Receiver(protocol, name, password, tally))
  const senders = sending.map(([protocol, name]) => {
    return new Sender(protocol, name, protocol === 'cp' ? password : '', names, tally)
  })
  const everybody = [...receivers, ...senders]
  const signIn = () => Promise.all(everybody.map((each) => each.signIn(server.port(each.protocol))))

  await signIn()
  for (let killed = 0; killed < kills; killed++) {
    const enough = tally.taken.size + leastBetween + random.integer(mostMore)
    await tally.until(() => tally.taken.size >= enough, `${enough} messages are taken`)
    await server.restart('kill')
    await Promise.all(everybody.map((each) => each.closed()))
    tally.forgetDisconnected()
    await signIn()
  }
  await Promise.all(senders.map((sender) => sender.stop()))
  await readToTheEnd(server, tally, senders[0]!, names)
  await Promise.all(everybody.map((each) => each.close()))
  const { taken, lost, twice, repeated, refused } = tally
  return { kills, taken: taken.size, lost, twice, repeated, refused }
}

/** Mailboxes are read oldest first: whoever has the last message has all that came before it. */
async function readToTheEnd(
  server: RestartableServer,
  tally: Tally,
  witness: Sender,
  names: readonly string[],
): Promise<void> {
  const last = names.map((name) => `last-${name}`)
  for (const [at, name] of names.entries()) await witness.tell(name, last[at]!)
  await tally.until(() => last.every((message) => tally.confirmed.has(message)), 'the last messages are acknowledged')
  // Those who read have said their last words to it by now.
  const archivist = new Receiver('cp', archive, password, tally)
  await witness.tell(archive, 'last')
  await archivist.signIn(server.port('cp'))
  await tally.until(() => tally.confirmed.has('last'), `all of ${archive}'s messages are fetched`)
  await archivist.close()
}
