import { connect, MemoryTrust, type Chat, type ConversationId } from '@parley/client'
import { tcp } from '@parley/client/node'
import { SeededRandom } from '@parley/core/testing'
import { defaultSettings, type Settings } from '@parley/server'
import { LineClient } from '../line-client.ts'
import { restartableServer, type RestartableServer } from '../restartable-server.ts'
import { within } from '../within.ts'
import { Listener, type Heard } from './listener.ts'
import { Sender, type Words } from './sender.ts'
import { GapTally } from './tally.ts'

const password = 'vita2048'
const retention = { days: 30, messages: 1_000_000 }
const settings: Settings = {
  ...defaultSettings,
  log: { level: 'silent', file: null },
  limits: { ...defaultSettings.limits, messageRate: null, unsentBytes: 262_144 },
  mailbox: { perPair: 1_000_000, perRecipient: 1_000_000, bytes: 1_073_741_824, guestShare: 1 },
  history: { ...defaultSettings.history, everyone: retention, groups: retention, private: retention, bytes: 2 ** 33 },
}
/** Messages that are said between one cut and the next, and some more by chance. */
const leastBetween = 20
const mostMore = 100
/** A connection is cut after as many bytes at most. */
const mostBytes = 20_000
/** One cut in so many is a kill of the server. */
const killOneIn = 10
/** For as many cuts the slow reader reads nothing. */
const mostSlow = 20
const conversations: readonly ConversationId[] = ['*', '#cooks', '@carl']

const bob: Words = {
  protocol: 'ident',
  signIn: ['IDENT bob'],
  welcome: 'OK IDENT bob',
  say: (_, text) => `BCST ${text}`,
  replied: /^OK BCST bob (\d+) /gm,
  // It is heard before it is on disk, and lost where the server is killed in between.
  kept: false,
  ping: 'PING\n',
  pong: 'PONG',
}
const signInAsCarl = [
  JSON.stringify({ do: 'hello', versions: [1] }),
  JSON.stringify({ id: 'in', do: 'sign-in', name: 'carl', password }),
]
const carl: Words = {
  protocol: 'parley',
  signIn: signInAsCarl,
  welcome: '"registered":true',
  say: (id, text) => JSON.stringify({ id, do: 'say', to: ['@ann', '#cooks', '*'][id % 3], text }),
  replied: /^\{"re":(\d+),"ok":true,.*"kept":true/gm,
  kept: true,
  ping: '{"event":"ping"}\n',
  pong: JSON.stringify({ do: 'pong' }),
}

export interface GapReport {
  readonly seed: number
  readonly cuts: number
  readonly kills: number
  /** Connections that the server ended because nobody read. */
  readonly tooSlow: number
  readonly said: number
  /** Those that were told to be kept. */
  readonly promised: number
  /** Of these the ones that are not in the history. */
  readonly unkept: readonly string[]
  readonly devices: readonly DeviceReport[]
}

interface DeviceReport {
  readonly connections: number
  readonly heard: number
  readonly missed: readonly string[]
  readonly doubled: readonly string[]
  readonly disordered: readonly string[]
  /** Heard and not in the history. */
  readonly unkept: readonly string[]
  /** What it was told that is lost, or that breaks the protocol. */
  readonly problems: readonly string[]
}

/** Two devices that are cut off, read slowly and lose their server, while others speak in all conversations. */
export async function gapLoop(options: { readonly cuts: number; readonly seed: number }): Promise<GapReport> {
  const listen = ['parley', 'ident'].map((protocol) => `${protocol}://127.0.0.1:0`)
  const server = await restartableServer({ listen, settings })
  try {
    return await run(server, options.cuts, options.seed)
  } finally {
    await server.stop()
  }
}

async function run(server: RestartableServer, cuts: number, seed: number): Promise<GapReport> {
  const random = new SeededRandom(seed)
  const tally = new GapTally()
  for (const name of ['ann', 'carl']) await server.addAccount(name, password)
  await group(server)
  let ready: Promise<(protocol: string) => number> = Promise.resolve(server.port)
  const whenReady = () => ready
  const devices = [
    await Listener.open(() => server.port('parley'), 'ann', password, tally),
    await Listener.open(() => server.port('parley'), 'ann', password, tally),
  ] as const
  const [steady, slow] = devices
  const listening = devices.map((each) => each.run(whenReady))
  await tally.until(() => devices.every(({ connections }) => connections > 0), 'both devices are signed in')
  const senders = [new Sender('bob', bob, random, tally), new Sender('carl', carl, random, tally)]
  const sending = senders.map((each) => each.run(whenReady))

  let kills = 0
  let slowUntil = 0
  for (let at = 0; at < cuts;) {
    const enough = tally.replies + leastBetween
    const kind = random.integer(killOneIn)
    const cutting = kind > 3 ? steady.cutAfter(random.integer(mostBytes)) : undefined
    tally.allow(2 * leastBetween + random.integer(mostMore))
    await tally.until(() => tally.replies >= enough, 'some more is said')
    await cutting
    if (at >= slowUntil) {
      slow.read()
      const isNext = random.integer(4) === 0
      if (isNext) slow.stall()
      slowUntil = at + (isNext ? 1 + random.integer(mostSlow) : 1)
    }
    if (kind === 0) {
      kills++
      ready = server.restart('kill').then(() => server.port)
      await ready
    }
    if (cutting || kind === 0 || slow.cut()) at++
  }
  for (const each of senders) each.stop()
  await within(Promise.all(sending), 'everybody has said all')
  slow.read()
  const kept = await historyOf(server)
  const last = kept.at(-1)?.seq ?? 0
  await tally.until(() => devices.every(({ heard }) => (heard.at(-1)?.seq ?? 0) >= last), 'both have heard all')
  for (const each of devices) await each.stop()
  await within(Promise.all(listening), 'both devices have left')

  const texts = new Set(kept.map(({ text }) => text))
  return {
    seed,
    cuts,
    kills,
    tooSlow: devices.reduce((sum, each) => sum + each.tooSlow, 0),
    said: tally.replies,
    promised: tally.kept.size,
    unkept: [...tally.kept].filter((text) => !texts.has(text)).map(shortened),
    devices: devices.map((each) => compared(each, kept)),
  }
}

async function group(server: RestartableServer): Promise<void> {
  const client = await LineClient.open(server.port('parley'))
  client.send(...signInAsCarl, JSON.stringify({ id: 'group', do: 'group-create', group: 'cooks' }))
  await client.hears('{"re":"group","ok":true')
  await client.close()
  const ann = await signedIn(server)
  await ann.groups.join('cooks')
  await ann.close()
}

/** Somebody new, who has no memory. */
function signedIn(server: RestartableServer): Promise<Chat> {
  const url = `parley://ann@127.0.0.1:${server.port('parley')}`
  return connect(url, { transport: tcp(), trust: new MemoryTrust(), password, reconnect: false, sealing: 'off' })
}

/** All that is kept, read page by page, in order. */
async function historyOf(server: RestartableServer): Promise<readonly Heard[]> {
  const chat = await signedIn(server)
  const kept: Heard[] = []
  for (const of of conversations) {
    for (let after = 0, isMore = true; isMore;) {
      const { messages, more } = await chat.history.page(of, { after }, 200)
      for (const { stamp, body } of messages) {
        kept.push({ seq: stamp.seq, text: body.kind === 'text' ? body.text : body.kind })
        after = stamp.seq
      }
      isMore = more.after
    }
  }
  await chat.close()
  return kept.sort((one, other) => one.seq - other.seq)
}

function compared({ heard, lost, violations, connections }: Listener, kept: readonly Heard[]): DeviceReport {
  const places = new Map(kept.map(({ seq, text }) => [seq, text]))
  const seen = new Set<number>()
  const [doubled, disordered, unkept]: [string[], string[], string[]] = [[], [], []]
  let last = 0
  for (const { seq, text } of heard) {
    const shown = `${seq} ${shortened(text)}`
    if (seen.has(seq)) doubled.push(shown)
    else if (seq < last) disordered.push(shown)
    if (places.get(seq) !== text) unkept.push(shown)
    seen.add(seq)
    last = Math.max(last, seq)
  }
  // Whoever signs in for the first time begins there.
  const missed = kept.filter(({ seq }) => seq > (heard[0]?.seq ?? 0) && !seen.has(seq))
  return {
    connections,
    heard: heard.length,
    missed: missed.map(({ seq, text }) => `${seq} ${shortened(text)}`),
    doubled,
    disordered,
    unkept,
    problems: [...lost.map((of) => `lost in ${of}`), ...violations],
  }
}

function shortened(text: string): string {
  return text.slice(0, 20).replace(/ x*$/, '')
}
