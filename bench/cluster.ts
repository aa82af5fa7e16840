/**
 * `node bench/cluster.ts [--runs 3]`: one command's way through three nodes over three servers of NATS, beside a bare publish and
 * consume on the same stream in the same run, and how many commands a second one stream takes, batched. All three nodes are in
 * this process, and so is whoever publishes and consumes barely: both bear the same.
 */
import { Community, done, type Command, type ConnectionId } from '@parley/core'
import { MemoryStore, named, said } from '@parley/core/testing'
import { silentLogger, systemClock, systemRandom } from '@parley/server'
import { ClusterLog, connectNats, JetStreamBatches, makeLogStream } from '@parley/server/cluster'
import { NatsServers, withoutNats } from '@parley/server/testing'
import { parseArgs } from 'node:util'

const { values } = parseArgs({ options: { runs: { type: 'string' } } })
const runs = Number(values.runs ?? 3)
const ways = 1_000
const commands = 200_000
const window = 20_000

const stream = { name: 'BENCH', subject: 'bench.log' }
type Connection = Awaited<ReturnType<typeof connected>>

if (withoutNats !== false) throw new Error(withoutNats)
const servers = await NatsServers.start(3)
try {
  const connections = await Promise.all([0, 1, 2].map((index) => connected(servers.port(index))))
  await makeLogStream(connections[0]!, stream, { cluster: 'bench', base: 0, replicas: 3 })
  const logs = await Promise.all(connections.map((each, index) => logOver(each, `node-${index}`)))
  await Promise.all(logs.map((log) => log.joined()))
  const bare = await bareOver(connections[0]!)
  for (let run = 0; run < runs; run++) {
    // In turns, so that whatever else the machine does is borne by both.
    const times = { bare: [] as number[], command: [] as number[] }
    for (let way = 0; way < ways; way++) {
      times.bare.push(await timed(() => bare.way()))
      times.command.push(await timed(() => submit(logs[0]!, { do: 'tick' })))
    }
    const [one, other] = [figuresOf(times.command), figuresOf(times.bare)]
    say(`one command: median ${one.median.toFixed(3)} ms, p99 ${one.p99.toFixed(3)} ms`)
    say(`bare publish and consume: median ${other.median.toFixed(3)} ms, p99 ${other.p99.toFixed(3)} ms`)
    say(`ratio: median ${(one.median / other.median).toFixed(2)}, p99 ${(one.p99 / other.p99).toFixed(2)}`)
  }
  // One node and the stream, so that it is the stream that is measured.
  await Promise.all(logs.slice(1).map((log) => log.close()))
  bare.stop()
  const connection = 'c' as ConnectionId
  const capabilities = {
    privateMessages: 'pushed',
    sealing: null,
    files: null,
    tunnels: false,
    devices: false,
  } as const
  const arrival = { connection, node: logs[0]!.node, name: named('ann'), proof: null, address: 'a', exclusive: true }
  await submit(logs[0]!, { do: 'arrive', ...arrival, capabilities })
  for (let run = 0; run < runs; run++) {
    const began = performance.now()
    for (let made = 0; made < commands; made += window) {
      const text = said('a message of a usual length')
      const one = { do: 'broadcast', connection, text, withinRate: true } as const
      await Promise.all(Array.from({ length: window }, () => submit(logs[0]!, one)))
    }
    say(`${Math.round((commands / (performance.now() - began)) * 1_000)} commands a second through one stream, batched`)
  }
  await logs[0]!.close()
  await Promise.all(connections.map((each) => each.close()))
} finally {
  await servers.stop()
}

async function connected(port: number) {
  const settings = { url: `nats://127.0.0.1:${port}`, node: null, credentials: null, tls: null, replicas: null }
  const made = await connectNats(settings, 'bench', silentLogger)
  if (!made.ok) throw new Error(made.message)
  return made.value
}

async function logOver(connection: Connection, name: string): Promise<ClusterLog> {
  const batches = await JetStreamBatches.open(connection, stream.name, stream.subject)
  const store = Object.assign(new MemoryStore(), { commit: async () => done })
  const parts = { store, clock: systemClock, random: systemRandom, logger: silentLogger, name }
  const start = { base: 0, position: 0, time: { at: 0, stamp: 0 }, community: new Community().save() }
  const community = new Community()
  const told = { deliver: () => {}, over: () => {}, unfit: (why: string) => say(why) }
  return new ClusterLog({ ...parts, ...told, stream: batches, cutOffMs: 60_000, community }, start, 0)
}

/** Whoever publishes waits for its own message to come by. To the nodes it is none of theirs. */
async function bareOver(connection: Connection) {
  const batches = await JetStreamBatches.open(connection, stream.name, stream.subject)
  const last = await batches.last()
  let waitsFor = ''
  let heard: () => void = () => {}
  const stop = batches.consume(last.ok ? last.value : 0, ({ bytes }) => {
    if (Buffer.from(bytes).toString() === waitsFor) heard()
  })
  let number = 0
  return {
    way: async () => {
      waitsFor = `message ${++number}`
      const coming = new Promise<void>((resolve) => (heard = resolve))
      await Promise.all([batches.publish(Buffer.from(waitsFor), waitsFor), coming])
    },
    stop,
  }
}

function submit(log: ClusterLog, command: Command): Promise<void> {
  return new Promise((resolve, reject) => {
    void log.submit(command, (result) => (result.ok ? resolve() : reject(new Error(result.fail))))
  })
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await run()
  return performance.now() - began
}

function figuresOf(times: readonly number[]): { readonly median: number; readonly p99: number } {
  const sorted = times.toSorted((one, other) => one - other)
  return { median: sorted[Math.floor(sorted.length / 2)]!, p99: sorted[Math.floor(sorted.length * 0.99)]! }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
