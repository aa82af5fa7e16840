import { SeededRandom } from '@parley/core/testing'
import { defaultSettings, type Settings } from '@parley/server'
import { setTimeout as wait } from 'node:timers/promises'
import { Traffic } from '../durability/traffic.ts'
import { LineClient } from '../line-client.ts'
import { faults, possibleFaults, type FaultName, type Tortured } from './faults.ts'
import { JoltedServer, type Held } from './jolted-server.ts'

const sending = [
  ['ident', 'Ida'],
  ['json', 'Jon'],
  ['cp', 'Carl'],
  ['chatos', 'Chas'],
  ['parley', 'Paul'],
] as const
const receiving = [
  ['ident', 'Irma'],
  ['json', 'Jana'],
  ['cp', 'Clara'],
] as const
const settings: Settings = {
  ...defaultSettings,
  limits: { ...defaultSettings.limits, messageRate: null, signInRate: null },
  mailbox: { perPair: 1_000_000, perRecipient: 1_000_000, bytes: 1_073_741_824, guestShare: 1 },
}
/** As many messages are taken between two faults, and some more by chance. */
const leastBetween = 20
const lookMs = 500
const mostMore = 100

export interface TortureOptions {
  readonly seed: number
  /** Faults, at least one of each kind where there are enough. */
  readonly faults: number
  /** Ends sooner after so many milliseconds. */
  readonly ms: number
  readonly said?: (line: string) => void
}

export interface TortureReport {
  /** How often each fault was done. */
  readonly done: Readonly<Record<string, number>>
  readonly taken: number
  readonly refused: number
  readonly repeated: number
  /** Each list is empty where nothing is wrong. */
  readonly wrong: {
    readonly lost: readonly string[]
    readonly twice: readonly string[]
    readonly disordered: readonly string[]
    /** Refused, and delivered all the same. */
    readonly undead: readonly string[]
    /** Who is there when everybody has left. */
    readonly ghosts: readonly string[]
    /** What the last process holds behind the faults that it did not hold before them. */
    readonly leaks: readonly string[]
  }
  readonly memory: { readonly before: number; readonly after: number }
}

/**
 * Private messages go through a server and are read and acknowledged, while it is killed, stopped and let go on, its disk is
 * full, its clock jumps, readers stall and connections break. What every client sent, was promised and received is compared
 * in the end.
 */
export async function torture(options: TortureOptions): Promise<TortureReport> {
  const listen = ['ident', 'json', 'cp', 'chatos', 'parley'].map((protocol) => `${protocol}://127.0.0.1:0`)
  const jolted = new JoltedServer()
  try {
    const server = await jolted.start({ listen, settings })
    const traffic = await Traffic.prepare(server, sending, receiving)
    return await run({ server, jolted, traffic, random: new SeededRandom(options.seed) }, options)
  } finally {
    await jolted.stop()
  }
}

async function run(tortured: Tortured, options: TortureOptions): Promise<TortureReport> {
  const { server, jolted, traffic, random } = tortured
  const done: Record<string, number> = {}
  await traffic.signIn()
  for (const name of plan(options, random)) {
    await traffic.taken(leastBetween + random.integer(mostMore))
    await faults[name](tortured)
    done[name] = (done[name] ?? 0) + 1
    options.said?.(`${traffic.tally.taken.size} taken; ${name}`)
  }
  // What one process holds when everybody has left, before and behind the faults, is compared. What is started when it is
  // first needed, such as threads, is there by then.
  await traffic.taken(leastBetween)
  await traffic.kill()
  jolted.restarted()
  await traffic.signIn()
  await traffic.taken(leastBetween)
  await traffic.leave()
  const before = await settled(jolted)
  await traffic.signIn()
  for (const name of possibleFaults()) {
    if (name === 'kill -9') continue
    await traffic.taken(leastBetween)
    await faults[name](tortured)
    done[name] = (done[name] ?? 0) + 1
  }
  await traffic.end()
  const ghosts = await whoIsThere(server.port('ident'))
  const { after, leaks } = await leaksOf(jolted, before)
  const { taken, lost, twice, disordered, undead, refused, repeated } = traffic.tally
  const wrong = { lost, twice, disordered, undead, ghosts, leaks }
  const memory = { before: before.memory, after: after.memory }
  return { done, taken: taken.size, refused: refused.size, repeated, wrong, memory }
}

/** Each fault once, and then by chance. */
function* plan({ faults: count, ms }: TortureOptions, random: SeededRandom): Iterable<FaultName> {
  const possible = possibleFaults()
  const end = performance.now() + ms
  for (let number = 0; number < count && performance.now() < end; number++) {
    yield possible[number] ?? possible[random.integer(possible.length)]!
  }
}

async function whoIsThere(port: number): Promise<readonly string[]> {
  const client = await LineClient.open(port)
  client.send('IDENT witness')
  await client.hears('OK IDENT witness')
  client.send('USERS')
  await client.until(() => /^(?:OK USERS|FAIL06) .*\n/m.test(client.heard), 'the list of users')
  const [, users = 'witness'] = /^OK USERS (.*)$/m.exec(client.heard) ?? []
  await client.close()
  return users.split(':').filter((user) => user !== 'witness')
}

/** What is held when the server has put away what has ended: twice the same. */
async function settled(jolted: JoltedServer): Promise<Held> {
  for (let last = ''; ;) {
    const held = await jolted.held()
    const now = JSON.stringify(held.resources)
    if (now === last) return held
    last = now
    await wait(lookMs)
  }
}

/** Asked again while the server still puts away what has ended. */
async function leaksOf(jolted: JoltedServer, before: Held): Promise<{ after: Held; leaks: readonly string[] }> {
  const looks = 40
  let after = before
  let leaks: readonly string[] = []
  for (let look = 0; look < looks; look++) {
    after = await jolted.held()
    leaks = Object.entries(after.resources).flatMap(([name, count]) => {
      const had = before.resources[name] ?? 0
      return count > had ? [`${name}: ${had}, ${count}`] : []
    })
    if (leaks.length === 0) break
    await wait(lookMs)
  }
  return { after, leaks }
}
