import { parseUserName, type NodeLinks, type Told } from '@parley/core'
import { LinkedNodes, MemorySpool, MemoryStore, PlainPasswords, SeededRandom, VirtualClock } from '@parley/core/testing'
import type { Target } from '@parley/conformance'
import {
  defaultSettings,
  silentLogger,
  startServer,
  type Logger,
  type RunningServer,
  type Settings,
  type LinkPlace,
} from '@parley/server'
import { MemoryBatches, memoryNode, type TestBatches } from '@parley/server/testing'
import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { hasSeen, serverSide, serverSocket, type ServerSocket } from './server-under-test.ts'

/** As for one server: nothing is under way after so many turns with nothing to do. */
const restfulTurns = 8
/** Time passes in steps in which nodes hear of each other. */
const stepMs = 500

/** Each node has an address of its own, so that several may listen on one port. */
const hostOf = (place: number) => `127.0.0.${place + 1}`

/** Nodes with one community, to a test one server. */
export interface ClusterUnderTest {
  readonly nodes: readonly RunningServer[]
  /** Of the nodes, in their order. */
  readonly stores: readonly MemoryStore[]
  readonly clock: VirtualClock
  readonly target: Target
  addAccount(name: string, password: string): Promise<void>
  rest(): Promise<void>
  pass(ms: number): Promise<void>
  /** In order, and the others go on. */
  stopNode(place: number): Promise<void>
  /** Stops, and fails if a session threw. */
  stop(): Promise<void>
}

interface ClusterOptions {
  readonly listen: readonly string[]
  readonly settings?: Partial<Settings>
  readonly names?: readonly string[]
  /** What their log goes over, with the time of this clock; absent: memory. */
  readonly batches?: (clock: VirtualClock) => Promise<TestBatches>
  /** What the links of a node go over; absent: memory. */
  readonly links?: (name: string) => (place: LinkPlace) => NodeLinks
}

/**
 * Three nodes in this process over a stream in memory, with time that stands still until a test lets
 * it pass. Whoever connects comes to another node than the one before.
 */
export async function clusterUnderTest({
  listen,
  settings,
  names = ['berlin', 'paris', 'rome'],
  links,
  batches: makeBatches = async (clock) => new MemoryBatches(clock),
}: ClusterOptions): Promise<ClusterUnderTest> {
  const clock = new VirtualClock()
  const batches = await makeBatches(clock)
  const linked = new LinkedNodes()
  const all: Settings = { ...defaultSettings, ...settings, listen }
  const stores = names.map(() => new MemoryStore())
  const bugs: object[] = []
  const logger: Logger = { ...silentLogger, error: (fields, message) => void bugs.push({ message, ...fields }) }
  const sockets: ServerSocket[] = []
  const streams: ReturnType<TestBatches['connect']>[] = []
  const admitted = (socket: Socket) => void sockets.push(serverSocket(socket))
  const nodes = await Promise.all(
    names.map(async (name, index) => {
      const stream = batches.connect()
      streams.push(stream)
      const parts = {
        store: stores[index]!,
        passwords: new PlainPasswords(),
        clock,
        random: new SeededRandom(index + 1),
        logger,
        spool: new MemorySpool(all.limits.spoolBytes),
        cluster: { ...memoryNode(name, stream, linked), ...(links && { links: links(name) }) },
      }
      const here = listen.map((url) => url.replace('127.0.0.1', hostOf(index)))
      const started = await startServer({ ...all, listen: here }, parts, admitted)
      if (!started.ok) throw new Error(started.message)
      return started.value
    }),
  )
  let connected = 0
  let last = 0
  /** By the name of who is signed in there. */
  const placeOf = new Map<string, number>()
  /** Files are brought to the node of their user, where the port was opened. */
  const placeFor = (actor: string, isTransfer: boolean): number => {
    const [user = ''] = actor.toLowerCase().split('-')
    if (isTransfer) return placeOf.get(user) ?? last
    last = connected++ % nodes.length
    if (user === actor.toLowerCase()) placeOf.set(user, last)
    return last
  }

  const running = new Set(nodes)
  const isIdle = () =>
    streams.every((stream, place) => stream.isIdle || !running.has(nodes[place]!)) &&
    Array.from(running).every(({ listeners, cluster }) => {
      return listeners.idle && cluster!.waiting === 0 && cluster!.position === batches.last
    })

  async function rest(done: () => boolean = () => true): Promise<void> {
    for (let quiet = 0; quiet < restfulTurns; quiet++) {
      await new Promise((resolve) => setImmediate(resolve))
      if (!isIdle() || !done()) quiet = -1
    }
  }

  async function stop(some: readonly RunningServer[]): Promise<void> {
    const stopped = Promise.all(some.map((node) => node.stop()))
    // Whoever does not close its side is cut by the clock.
    while (some.some(({ listeners }) => listeners.size > 0)) {
      await new Promise((resolve) => setImmediate(resolve))
      clock.advance(100)
    }
    await stopped
    for (const node of some) running.delete(node)
  }

  async function pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      clock.advance(Math.min(left, stepMs))
      await rest()
    }
  }

  return {
    nodes,
    stores,
    clock,
    rest,
    pass,
    target: {
      address: (protocol, actor = '', isTransfer = false) => {
        const place = placeFor(actor, isTransfer)
        const port = nodes[place]!.listening.find((each) => each.protocol === protocol)?.port
        return port === undefined ? undefined : { host: hostOf(place), port }
      },
      pass,
      quiesce: async (clients) => {
        await rest(() => clients.every((client) => hasSeen(sockets, client)))
        return sockets.map(serverSide)
      },
    },
    addAccount: async (name, password) => {
      const parsed = parseUserName(name)
      assert.ok(parsed.ok, `${name} is no user name`)
      const command = {
        do: 'account.add',
        name: parsed.value,
        hash: await new PlainPasswords().hash(password),
      } as const
      const added = await new Promise<Told<typeof command>>((told) => void nodes[0]!.submit(command, told))
      assert.ok(added.ok, `${name} exists`)
      await rest()
    },
    stopNode: (place) => stop([nodes[place]!]),
    stop: async () => {
      await stop([...running])
      assert.deepEqual(bugs, [])
    },
  }
}
