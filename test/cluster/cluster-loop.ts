import { parseUserName } from '@parley/core'
import { SeededRandom } from '@parley/core/testing'
import { administer } from '@parley/server'
import { NatsServers, TcpGate } from '@parley/server/testing'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { archive } from '../durability/receiver.ts'
import { Tally } from '../durability/tally.ts'
import { within } from '../within.ts'
import { keepConnected, makeCrowd, password, receiving } from './crowd.ts'
import { NodeProcess } from './node-process.ts'
import { disagreements, outOfOrder } from './one-order.ts'

const protocols = ['ident', 'helo', 'json', 'cp', 'chatos']
const names = ['berlin', 'paris', 'rome']
/** Longer than a node may be silent. */
const longestSilenceMs = 9_000

/** What came about, and what is wrong. */
export interface ClusterReport {
  readonly faults: Readonly<Record<Fault, number>>
  readonly signIns: number
  /** Private messages that were acknowledged to their senders. */
  readonly taken: number
  readonly broadcasts: number
  /** Digests that at least two nodes had at the same position. */
  readonly compared: number
  readonly refused: number
  /** Delivered again because the acknowledgement did not get through. */
  readonly repeated: number
  readonly lost: readonly string[]
  readonly twice: readonly string[]
  /** Refused, and delivered all the same. */
  readonly refusedAndHeard: readonly string[]
  readonly outOfOrder: readonly string[]
  readonly differing: readonly string[]
  readonly ghosts: readonly string[]
  readonly errors: readonly string[]
}

type Fault = 'killed' | 'stopped' | 'cut' | 'nats'

export interface LoopOptions {
  readonly seconds: number
  readonly seed: number
  /** Hears what happens. */
  readonly say?: (line: string) => void
}

/**
 * Three nodes in processes of their own over three servers of NATS, users on whichever node there is,
 * and one fault after another.
 */
export async function clusterLoop({ seconds, seed, say = () => {} }: LoopOptions): Promise<ClusterReport> {
  const directory = mkdtempSync(join(tmpdir(), 'parley-cluster-'))
  const nats = await NatsServers.start(3)
  const gate = await TcpGate.open(nats.port(0))
  const config = join(directory, 'config.json')
  const mailbox = { perPair: 1_000_000, perRecipient: 1_000_000, bytes: 1_073_741_824, guestShare: 1 }
  writeFileSync(config, JSON.stringify({ limits: { messageRate: 'off' }, mailbox }))
  const nodes = names.map((name, index) => {
    // The first node's way to NATS can be cut.
    const hosts = index === 0 ? `127.0.0.1:${gate.port}` : nats.hosts
    const listen = protocols.map((protocol) => `${protocol}://127.0.0.1:0`)
    return new NodeProcess({ name, data: join(directory, name), cluster: `nats://${hosts}/test`, listen, config })
  })
  try {
    for (const node of nodes) await node.start()
    return await run(nodes, nats, gate, new SeededRandom(seed), seconds, say)
  } finally {
    await Promise.all(nodes.map((node) => node.end('SIGKILL')))
    await gate.close()
    await nats.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

async function run(
  nodes: readonly NodeProcess[],
  nats: NatsServers,
  gate: TcpGate,
  random: SeededRandom,
  seconds: number,
  say: (line: string) => void,
): Promise<ClusterReport> {
  const tally = new Tally()
  for (const name of [...receiving.map(([, each]) => each), 'Carl', archive]) await addAccount(nodes[0]!.data, name)
  const { receivers, senders, broadcasters } = makeCrowd(tally)
  const everybody = [...receivers, ...senders, ...broadcasters]
  const faults = { killed: 0, stopped: 0, cut: 0, nats: 0 }
  let signIns = 0
  const anyPort = (protocol: string): number | null => {
    const up = nodes.filter(({ isUp }) => isUp)
    return up[random.integer(Math.max(up.length, 1))]?.port(protocol) ?? null
  }
  const kept = everybody.map((each) => keepConnected(each, anyPort, () => signIns++))
  const kinds: readonly Fault[] = ['killed', 'stopped', 'nats', 'cut']
  const end = performance.now() + seconds * 1_000
  for (let round = 0; performance.now() < end; round++) {
    await wait(2_000 + random.integer(3_000))
    const kind = kinds[round % kinds.length]!
    say(`${kind}, ${tally.taken.size} messages so far`)
    faults[kind]++
    await bringAbout[kind]({ nodes, nats, gate, random })
  }
  await wait(longestSilenceMs)
  // Everybody is on some node, and each node says the same of who is there.
  await Promise.all(senders.map((sender) => sender.stop()))
  const ghosts = await until(async () =>
    ghostsAmong(
      nodes,
      everybody.map(({ name }) => name),
    ),
  )
  const witness = senders[0]!
  const last = receiving.map(([, name]) => `last-${name}`)
  for (const [index, [, name]] of receiving.entries()) await witness.tell(name, last[index]!)
  await readToTheEnd(tally, last)
  await Promise.all(kept.map((each) => each.stop()))
  const left = await until(async () => ghostsAmong(nodes, []))
  await Promise.all(nodes.map((node) => node.end('SIGTERM')))
  const digests = disagreements(nodes)
  const proofs = receiving.map(([, name]) => `${name}-`)
  return {
    faults,
    signIns,
    taken: tally.taken.size,
    broadcasts: Math.max(...broadcasters.map(({ heard }) => heard.length)),
    compared: digests.compared,
    refused: tally.refused.size,
    repeated: tally.repeated,
    // What proves that something was read goes to somebody who never reads.
    lost: tally.lost.filter((message) => !proofs.some((proof) => message.startsWith(proof))),
    twice: tally.twice,
    refusedAndHeard: tally.undead,
    outOfOrder: outOfOrder(broadcasters.map(({ heard }) => heard)),
    differing: digests.differing,
    ghosts: [...ghosts, ...left],
    errors: nodes.flatMap(({ errors }) => errors),
  }
}

/** Mailboxes are read oldest first, some of them one message at a time: as long as it goes on. */
async function readToTheEnd(tally: Tally, last: readonly string[]): Promise<void> {
  const isRead = () => last.every((message) => tally.confirmed.has(message))
  while (!isRead()) {
    const before = tally.confirmed.size
    await tally.until(() => isRead() || tally.confirmed.size > before, `${last.join()} are read`)
  }
}

interface Surroundings {
  readonly nodes: readonly NodeProcess[]
  readonly nats: NatsServers
  readonly gate: TcpGate
  readonly random: SeededRandom
}

const bringAbout: { readonly [F in Fault]: (around: Surroundings) => Promise<void> } = {
  killed: async ({ nodes, random }) => {
    const node = nodes[random.integer(nodes.length)]!
    await node.end('SIGKILL')
    await wait(random.integer(longestSilenceMs))
    await node.start()
  },
  stopped: async ({ nodes, random }) => {
    const node = nodes[random.integer(nodes.length)]!
    node.signal('SIGSTOP')
    await wait(longestSilenceMs)
    node.signal('SIGCONT')
  },
  cut: async ({ nodes, gate }) => {
    nodes[0]!.isUp = false
    gate.shut()
    await wait(longestSilenceMs)
    gate.openAgain()
    nodes[0]!.isUp = true
  },
  // The server through which one node speaks is left, so that the others lead in turn.
  nats: async ({ nats, random }) => {
    const index = 1 + random.integer(2)
    await nats.kill(index)
    await wait(1_000 + random.integer(3_000))
    await nats.startOne(index)
  },
}

async function addAccount(data: string, text: string): Promise<void> {
  const name = parseUserName(text)
  if (!name.ok) throw new Error(`${text} is no name`)
  const added = await administer(data, { do: 'user.add', name: name.value, password })
  if (!added.ok || !added.result.ok) throw new Error(`${text}: ${JSON.stringify(added)}`)
}

/** How what the nodes say of who is here differs from who is. */
async function ghostsAmong(nodes: readonly NodeProcess[], here: readonly string[]): Promise<readonly string[]> {
  const expected = [...here]
    .map((name) => name.toLowerCase())
    .sort()
    .join()
  const said = await Promise.all(nodes.map(async ({ data }) => administer(data, { do: 'online.list' })))
  return said.flatMap((asked, index) => {
    const shown = asked.ok && asked.result.ok ? namesOf(asked.result.value) : JSON.stringify(asked)
    return shown === expected ? [] : [`${nodes[index]!.name}: ${shown}, and not ${expected}`]
  })
}

function namesOf(online: readonly { readonly name: string }[]): string {
  return online
    .map(({ name }) => name.toLowerCase())
    .sort()
    .join()
}

/** What is still wrong after half a minute. */
async function until(look: () => Promise<readonly string[]>): Promise<readonly string[]> {
  for (const end = performance.now() + 30_000; ;) {
    const wrong = await within(look(), 'the nodes say who is here')
    if (wrong.length === 0 || performance.now() > end) return wrong
    await wait(300)
  }
}
