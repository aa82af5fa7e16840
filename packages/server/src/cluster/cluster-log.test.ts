import { Community, type Command } from '@parley/core'
import { logSuite } from '@parley/core/suites'
import { MemoryStore, named, SeededRandom, VirtualClock } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { silentLogger } from '../logger.ts'
import { MemoryBatches } from '../../testing/memory-batch-stream.ts'
import { ClusterLog, type LogState } from './cluster-log.ts'

const beginning = (): LogState => {
  return { base: 0, position: 0, time: { at: 0, stamp: 0 }, community: new Community().save() }
}

logSuite('the log of several nodes', (parts) => {
  const log = new ClusterLog(
    {
      ...parts,
      stream: new MemoryBatches(parts.clock).connect(),
      logger: silentLogger,
      name: 'only',
      cutOffMs: 6_000,
      over: () => {},
      unfit: () => {},
    },
    beginning(),
    0,
  )
  return { log, ready: () => log.joined(), close: () => log.close() }
})

/** One node over a stream that may have other nodes. */
function node(batches: MemoryBatches, clock: VirtualClock, start = beginning(), store = new MemoryStore()) {
  const happened: string[] = []
  const stream = batches.connect()
  const community = new Community()
  const log = new ClusterLog(
    {
      community,
      store,
      stream,
      clock,
      random: new SeededRandom(batches.last + 1),
      logger: silentLogger,
      name: 'berlin',
      cutOffMs: 6_000,
      deliver: () => {},
      over: (why) => void happened.push(why),
      unfit: (why) => void happened.push(why),
    },
    start,
    0,
  )
  const submit = (command: Command) => {
    void log.submit(command, (result) => void happened.push(result.ok ? 'applied' : result.fail))
  }
  return { log, stream, community, happened, submit }
}

async function turns(count = 40): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}

async function pass(clock: VirtualClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) {
    clock.advance(500)
    await turns()
  }
}

describe('a node that is cut off', () => {
  it('refuses what comes, says of what was under way what became of it, and joins anew under another id', async () => {
    const clock = new VirtualClock()
    const batches = new MemoryBatches(clock)
    const { log, stream, happened, submit, community } = node(batches, clock)
    await log.joined()
    const before = log.node
    submit({ do: 'tick' })
    await turns(1)
    // It has its place, and nothing of that comes through.
    while (batches.last < 2) await turns(1)
    stream.cut()
    await pass(clock, 7_000)
    assert.deepEqual([happened, log.isJoined], [['cut-off'], false])
    submit({ do: 'tick' })
    assert.deepEqual(happened, ['cut-off', 'unavailable'])
    stream.mend()
    await pass(clock, 3_000)
    await log.joined()
    assert.deepEqual(happened, ['cut-off', 'unavailable', 'applied'])
    assert.notEqual(log.node, before)
    assert.deepEqual(
      community.nodes.list().map(({ id }) => id),
      [log.node],
    )
    await log.close()
  })
})

describe('a node of no use', () => {
  it('is one whose name another process has that began later', async () => {
    const clock = new VirtualClock()
    const batches = new MemoryBatches(clock)
    const first = node(batches, clock)
    await first.log.joined()
    clock.advance(10)
    const second = node(batches, clock)
    await second.log.joined()
    await turns()
    assert.deepEqual([first.happened, second.happened], [['replaced'], []])
    await second.log.close()
  })

  it('is one whose log ends before it', async () => {
    const clock = new VirtualClock()
    const { happened } = node(new MemoryBatches(clock), clock, { ...beginning(), position: 7 })
    await turns()
    assert.deepEqual(happened, ['rewound'])
  })

  it('is one whose log begins behind it', async () => {
    const clock = new VirtualClock()
    const batches = new MemoryBatches(clock)
    for (const id of ['a', 'b', 'c']) batches.place(Buffer.from('{}'), id)
    batches.trim(2)
    const { happened } = node(batches, clock)
    await turns()
    assert.deepEqual(happened, ['trimmed'])
  })

  it('is one whose store takes nothing', async () => {
    const clock = new VirtualClock()
    const store = new MemoryStore()
    const { log, happened, submit } = node(new MemoryBatches(clock), clock, beginning(), store)
    await log.joined()
    store.full = true
    submit({ do: 'account.add', name: named('ann'), hash: 'hash' })
    await turns()
    await pass(clock, 500)
    assert.deepEqual(happened, ['applied', 'store-failed'])
  })
})
