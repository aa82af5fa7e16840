import {
  Community,
  noModeration,
  type Command,
  type CommandNamed,
  type ConnectionId,
  type NodeId,
  type Told,
} from '@parley/core'
import { logSuite, storeLogSuite } from '@parley/core/suites'
import { MemoryStore, named, said, SeededRandom, VirtualClock } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { silentLogger, type Logger } from '../logger.ts'
import { LocalLog } from './local-log.ts'

for (const promises of [logSuite, storeLogSuite]) {
  promises('the log of one process', (parts) => {
    const log = new LocalLog(
      { ...parts, hearsOnceDurable: () => true, logger: silentLogger },
      { at: 0, reserved: 0, free: 0 },
    )
    return { log, close: () => log.close() }
  })
}

/** A log over a store in memory; `commits` writes down the writes of each commit. */
function opened() {
  const [community, store, clock] = [new Community(), new MemoryStore(), new VirtualClock()]
  const commits: string[][] = []
  const commit = store.commit.bind(store)
  store.commit = (writes, seq, at) => {
    commits.push(writes.map(({ write }) => write))
    return commit(writes, seq, at)
  }
  const logged: string[] = []
  const note: Logger['info'] = (...line) => void logged.push(line[1])
  const parts = { community, store, clock, random: new SeededRandom(1), deliver: () => {} }
  const log = new LocalLog(
    { ...parts, logger: { ...silentLogger, error: note, info: note } },
    { at: 0, reserved: 0, free: 0 },
  )
  const add = (name: string, told: (result: Told<CommandNamed<'account.add'>>) => void = () => {}) =>
    log.submit({ do: 'account.add', name: named(name), hash: 'hash' }, told)
  return { community, store, clock, log, commits, logged, add }
}

describe('the log of one process', () => {
  it('carries out all writes of one turn in one commit', async () => {
    const { add, commits } = opened()
    await Promise.all([add('ann'), add('bob'), add('cas')])
    assert.deepEqual(commits, [['account.put', 'account.put', 'account.put']])
  })

  it('tells at once what needs no disk', () => {
    const { log } = opened()
    let told = false
    const pending = log.submit({ do: 'tick' }, () => (told = true))
    assert.deepEqual([told, pending], [true, undefined])
  })

  for (const full of [false, true]) {
    it(`tells all who wait though one of them has a bug, on a disk that takes ${full ? 'nothing' : 'it'}`, async () => {
      const { add, store } = opened()
      store.full = full
      const bug = () => {
        throw new Error('planted')
      }
      const told: boolean[] = []
      const note = ({ ok }: { readonly ok: boolean }) => void told.push(ok)
      const pending = [add('ann', note), add('bob', bug), add('cas', note)]
      const settled = await Promise.allSettled(pending.map(async (each) => each))
      assert.deepEqual(
        settled.map(({ status }) => status),
        ['fulfilled', 'rejected', 'fulfilled'],
      )
      await add('dot', note)
      assert.deepEqual(told, [!full, !full, !full])
    })
  }

  it('goes on after a bug in what was submitted while somebody was told', async () => {
    const { add, log } = opened()
    let pending: Promise<void> | undefined
    void log.submit({ do: 'tick' }, () => {
      pending = log.submit({ do: 'tick' }, () => {
        throw new Error('planted')
      })
    })
    await assert.rejects(pending!, /planted/)
    await add('ann')
  })

  it('is closed once everything is on disk, what came during the last commit included', async () => {
    const { add, log, store } = opened()
    void add('ann', () => void add('bob'))
    await log.close()
    const state = await store.load()
    assert.ok(state.ok)
    assert.deepEqual(
      state.value.accounts.map(({ name }) => name),
      ['ann', 'bob'],
    )
  })

  it('leaves nothing behind when it is closed over a store that takes nothing', async () => {
    const { add, log, store, clock } = opened()
    store.full = true
    const results: unknown[] = []
    void add('ann', (result) => results.push(result))
    await log.close()
    assert.deepEqual(results, [{ ok: false, fail: 'unavailable' }])
    assert.equal(clock.waiting, 0)
  })

  it('tells of a success where a commit failed behind its end, and what came meanwhile is refused', async () => {
    const { add, store, clock, community } = opened()
    const { commit } = store
    store.commit = async (writes, seq, at) => {
      await commit(writes, seq, at)
      return { ok: false, fail: 'full' }
    }
    const told: boolean[] = []
    const note = ({ ok }: { readonly ok: boolean }) => void told.push(ok)
    const first = add('ann', note)
    await new Promise(setImmediate)
    await Promise.all([first, add('bob', note)])
    assert.deepEqual(told, [true, false])
    assert.ok(community.accounts.find(named('ann')))
    assert.equal(community.accounts.find(named('bob')), undefined)
    store.commit = commit
    clock.advance(1_000)
    await turns()
    await add('bob', note)
    assert.deepEqual(told, [true, false, true])
  })

  it('tries a store that takes nothing again each second, says so once, and says when it is over', async () => {
    const { add, store, clock, logged, community } = opened()
    store.full = true
    await add('ann')
    assert.equal(community.accounts.find(named('ann')), undefined)
    for (let second = 0; second < 3; second++) {
      clock.advance(1_000)
      await turns()
    }
    await add('bob')
    store.full = false
    clock.advance(1_000)
    await turns()
    assert.equal(logged.length, 2)
    let ok = false
    await add('ann', (result) => (ok = result.ok))
    assert.equal(ok, true)
  })

  it('lets messages be removed while the store is full, and nothing else', async () => {
    const { add, store, clock, log, logged, community } = opened()
    await add('ann')
    const { commit } = store
    store.commit = async (writes, seq, at) => {
      const isRemoval = writes.length > 0 && writes.every(({ write }) => write === 'messages.remove')
      return isRemoval ? commit(writes, seq, at) : { ok: false, fail: 'full' }
    }
    const connection = 'c1' as ConnectionId
    const { version } = community.accounts.find(named('ann'))!
    let arrived = ''
    await log.submit(
      { ...arrival, connection, name: named('ann'), proof: { version } },
      (result) => (arrived = why(result)),
    )
    const tell = async () => {
      let told = ''
      const message = { do: 'tell', connection, withinRate: true, to: named('ann'), text: said('x') } as const
      await log.submit(message, (result) => (told = why(result)))
      return told
    }
    assert.deepEqual([arrived, await tell()], ['ok', 'unavailable'])
    await turns()
    let removed = ''
    await log.submit({ do: 'mailbox.acknowledge', connection, ids: [1] }, (result) => (removed = why(result)))
    assert.deepEqual([removed, await tell(), logged.length], ['ok', 'unavailable', 1])
    store.commit = commit
    clock.advance(1_000)
    await turns()
    assert.equal(await tell(), 'ok')
  })

  // Proves parley.md Frames (13): what was used before a restart is not used again.
  it('begins no earlier than the store ended, and goes on from its number', () => {
    const [community, clock] = [new Community(), new VirtualClock()]
    const later = clock.now() + 60_000
    community.load({
      seq: 41,
      at: later,
      reserved: 41,
      free: 0,
      hasHistory: false,
      hooks: [],
      accounts: [],
      publicKeys: [],
      devices: [],
      groups: [],
      messages: [],
      moderation: noModeration,
    })
    const entries: { seq: number; at: number }[] = []
    const apply = community.apply.bind(community)
    community.apply = (entry) => {
      entries.push(entry)
      return apply(entry)
    }
    const parts = { community, store: new MemoryStore(), clock, random: new SeededRandom(1), deliver: () => {} }
    const log = new LocalLog({ ...parts, logger: silentLogger }, { at: later, reserved: 41, free: 0 })
    void log.submit({ do: 'tick' }, () => {})
    clock.advance(5)
    void log.submit({ do: 'tick' }, () => {})
    assert.deepEqual(
      entries.map(({ seq, at }) => [seq, at - later]),
      [
        [42, 0],
        [43, 5],
      ],
    )
  })
})

const arrival = {
  do: 'arrive',
  node: 'local' as NodeId,
  address: '192.0.2.1',
  exclusive: false,
  capabilities: { privateMessages: 'pushed', sealing: null, files: null, tunnels: false, devices: false },
} as const

function why(result: Told<Command>): string {
  return result.ok ? 'ok' : result.fail
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}
