import { noModeration, done, fail, keyOf, ok } from '@parley/core'
import { named, storeSuite } from '@parley/core/suites'
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { constants, type DatabaseSync } from 'node:sqlite'
import { describe, it, type TestContext } from 'node:test'
import { silentLogger } from '../logger.ts'
import { connect, openDatabase } from './database.ts'
import { LocalDatabase } from './local-database.ts'
import { scratchDirectory, startProcess } from '../../testing/scratch.ts'
import { Reserve } from './reserve.ts'
import { openLocalSqliteStore, openSqliteStore, SqliteStore } from './sqlite-store.ts'
import { Transactions } from './transactions.ts'
import { account, alice, message, listening, loaded, opened, openedFor, put, toAlice } from '../../testing/stored.ts'

const forms = { 'in a thread of its own': openSqliteStore, 'in this thread': openLocalSqliteStore }

for (const [form, open] of Object.entries(forms)) {
  storeSuite(`the store on disk ${form}`, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'parley-store-'))
    const store = opened(open(directory, silentLogger))
    return {
      store,
      close: async () => {
        await store.close()
        rmSync(directory, { recursive: true })
      },
    }
  })

  describe(`the store on disk ${form}`, () => {
    it('has what was stored when it is opened again', async (t) => {
      const directory = scratchDirectory(t)
      const first = opened(open(directory, silentLogger))
      const banned = [keyOf(named('eve')), keyOf(named('dave'))]
      const cats = { write: 'group.put', group: 'Cats' as never, banned } as const
      const member = { write: 'group.join', group: 'cats' as never, member: alice } as const
      assert.deepEqual(await first.commit([account, cats, member], 3, 30), done)
      assert.deepEqual(await first.commit([put(4)], 4, 40), done)
      await first.close()
      const second = openedFor(t, open(directory, silentLogger))
      assert.deepEqual(await loaded(second), {
        seq: 4,
        at: 40,
        reserved: 4,
        free: 0,
        hasHistory: false,
        accounts: [account.account],
        publicKeys: [],
        devices: [],
        hooks: [],
        groups: [{ name: 'Cats', members: ['Alice'], banned: ['eve', 'dave'] }],
        messages: [{ id: 4, to: 'alice', from: 'bob', guest: true, bytes: 6 }],
        moderation: noModeration,
      })
      assert.deepEqual(await second.messages(toAlice, 0, 9), ok([message(4)]))
    })

    it('is looked into by nobody but the user who runs the server', async (t) => {
      const directory = join(scratchDirectory(t), 'made', 'here')
      const store = openedFor(t, open(directory, silentLogger))
      await store.commit([account], 1, 1)
      assert.equal(statSync(directory).mode & 0o777, 0o700)
      const files = readdirSync(directory).toSorted()
      assert.deepEqual(files, ['parley.db', 'parley.db-wal'])
      for (const file of files) assert.equal(statSync(join(directory, file)).mode & 0o777, 0o600, file)
    })

    it('says that a file is no database, with its path and a way out', (t) => {
      const directory = scratchDirectory(t)
      writeFileSync(join(directory, 'parley.db'), 'no database '.repeat(500))
      const refused = open(directory, silentLogger)
      assert.ok(!refused.ok)
      assert.equal(refused.problem.kind, 'database-damaged')
      assert.match(refused.problem.message, /parley\.db is damaged: file is not a database\..* parley restore/)
    })

    it('tells nobody of success before it is on disk', async (t) => {
      const directory = scratchDirectory(t)
      const store = openedFor(t, open(directory, silentLogger))
      const watcher = connect(join(directory, 'parley.db'), 0)
      t.after(() => watcher.close())
      const seq = () => watcher.prepare('SELECT seq FROM meta').get()?.['seq']
      const committed = store.commit([account], 7, 7)
      assert.equal(seq(), 0)
      assert.deepEqual(await committed, done)
      assert.equal(seq(), 7)
    })

    it('holds, after a kill at any moment, the commits up to some number and all that were acknowledged', async (t) => {
      const counts = []
      for (let round = 0; round < 3; round++) counts.push(await killed(t, open.name, round * 50))
      t.diagnostic(`acknowledged and found: ${counts.join(', ')}; lost: 0`)
    })
  })
}

describe('the store on disk', () => {
  it('puts what is asked for in one turn into one transaction, and what grows meanwhile into the next one', async (t) => {
    const { store, database } = withDatabase(t)
    await store.commit([account], 1, 1)
    const begun: string[] = []
    database().setAuthorizer((action, what) => {
      if (action === constants.SQLITE_TRANSACTION && what) begun.push(what)
      return constants.SQLITE_OK
    })
    const many = Array.from({ length: 50 }, (_, at) => store.commit([put(at + 2)], at + 2, 1))
    await Promise.all([...many, store.messages(toAlice, 0, 9), store.load()])
    assert.deepEqual(begun, ['BEGIN', 'COMMIT'])
    await store.commit([], 60, 1)
    assert.deepEqual(begun, ['BEGIN', 'COMMIT', 'BEGIN', 'COMMIT'])
  })

  it('that is full refuses the commits of one transaction together, loses nothing, and takes again with room', async (t) => {
    const { store, database, limitPages, heard } = withDatabase(t)
    await store.commit([account, put(1, 'kept')], 1, 1)
    const before = await loaded(store)
    limitPages(Number(database().prepare('PRAGMA page_count').get()?.['page_count']))
    const results = await Promise.all([
      store.commit([put(2, 'small')], 2, 2),
      store.messages(toAlice, 0, 9),
      store.commit([put(3, 'x'.repeat(100_000))], 3, 3),
      store.load(),
      store.commit([{ write: 'messages.remove', to: toAlice, ids: [1] }], 4, 4),
    ])
    const kept = ok([message(1, 'kept')])
    assert.deepEqual(results, [fail('full'), kept, fail('full'), ok(before), fail('full')])
    assert.deepEqual(await store.commit([put(5, 'x'.repeat(100_000))], 5, 5), fail('full'))
    assert.deepEqual(
      heard.map((line) => /full/.exec(line)?.[0]),
      ['full'],
    )
    // What makes room is taken, and nothing else.
    const removal = { write: 'messages.remove', to: toAlice, ids: [1] } as const
    assert.deepEqual(await store.commit([removal], 5, 5), done)
    assert.deepEqual(await store.commit([put(6, 'x'.repeat(100_000)), removal], 6, 6), fail('full'))
    limitPages(1_000_000)
    assert.deepEqual(await store.commit([put(6, 'x'.repeat(100_000))], 6, 6), done)
    assert.match(heard[1] ?? '', /works again/)
    const { seq, messages } = await loaded(store)
    assert.deepEqual([seq, [...messages].map(({ id }) => id)], [6, [6]])
  })

  it('that lets nobody open it refuses everything, and is there again when it can be opened', async (t) => {
    const directory = scratchDirectory(t)
    const first = opened(openLocalSqliteStore(directory, silentLogger))
    await first.commit([account, put(1)], 1, 1)
    await first.close()
    const store = openedFor(t, openSqliteStore(directory, silentLogger))
    await loaded(store)
    const moved = `${directory}-away`
    renameSync(directory, moved)
    writeFileSync(directory, 'in the way')
    t.after(() => rmSync(moved, { recursive: true, force: true }))
    assert.deepEqual(await store.commit([put(2)], 2, 2), fail('unavailable'))
    assert.deepEqual(await store.messages(toAlice, 0, 9), fail('unavailable'))
    assert.deepEqual(await store.load(), fail('unavailable'))
    rmSync(directory)
    renameSync(moved, directory)
    assert.deepEqual(await store.messages(toAlice, 0, 9), ok([message(1)]))
    assert.deepEqual(await store.commit([put(4)], 4, 4), done)
  })

  it(
    'in a thread of its own takes nothing past the size that the system allows, and takes again with room',
    {
      skip: !existsSync('/usr/bin/prlimit') && 'there is no prlimit',
    },
    async (t) => {
      const directory = scratchDirectory(t)
      const code = `
      const { openSqliteStore } = await import('$sqlite-store')
      const { spawnSync } = await import('node:child_process')
      const logger = { error: (_, line) => console.log(line), info: (_, line) => console.log(line) }
      const { value: store } = openSqliteStore(process.argv[1], logger)
      await store.commit([{ write: 'account.put', account: { name: 'Alice', hash: 'h', version: 1 } }], 1, 1)
      const put = (id, bytes = 10000) => store.commit([
        { write: 'message.put', message: { id, to: 'alice', from: 'Bob', guest: true, text: 'x'.repeat(bytes), at: 1 } },
      ], id, 1)
      let id = 2
      while ((await put(id)).ok) id++
      console.log(id, (await store.messages('alice', 0, 1000)).value.length)
      console.log((await Promise.all([put(id), put(id + 1, 600000)])).some(({ ok }) => ok))
      spawnSync('/usr/bin/prlimit', ['--pid', process.pid, '--fsize=unlimited'])
      console.log((await put(id + 2, 600000)).ok)
      setInterval(() => {}, 1000)`
      // Half a megabyte for the write-ahead log, for which the system's answer is "file too large"
      // past it.
      const { lines, kill } = startProcess(t, code, [directory], { shell: 'ulimit -S -f 1000' })
      const next = async () => String((await lines.next()).value)
      assert.match(await next(), /disk is full/)
      const [refused, there] = (await next()).split(' ').map(Number)
      assert.ok(refused! > 10, `${refused} was refused already`)
      assert.equal(there, refused! - 2)
      assert.equal(await next(), 'false')
      assert.match(await next(), /works again/)
      assert.equal(await next(), 'true')
      await kill()
      const { seq, messages } = await loaded(openedFor(t, openLocalSqliteStore(directory, silentLogger)))
      assert.equal(seq, refused! + 2)
      assert.equal([...messages].length, refused! - 1)
    },
  )
})

/**
 * Kills a process that commits as fast as it can, at any moment after so many successes; returns
 * how many it had.
 */
async function killed(t: TestContext, open: string, successes: number): Promise<number> {
  const directory = scratchDirectory(t)
  const code = `
    const { ${open}: open } = await import('$sqlite-store')
    const { value: store } = open(process.argv[1], { error: console.error, info: console.error })
    await store.commit([{ write: 'account.put', account: { name: 'Alice', hash: 'h', version: 1 } }], 1, 1)
    const commit = async (id) => {
      const message = { id, to: 'alice', from: 'Bob', guest: true, text: 'text ' + id, at: id }
      const removed = { write: 'messages.remove', to: 'alice', ids: [id - 100] }
      const result = await store.commit([{ write: 'message.put', message }, removed], id, id)
      if (result.ok) process.stdout.write(id + '\\n')
    }
    for (let id = 2; ; id++) {
      void commit(id)
      if (id % 5 === 0) await new Promise(setImmediate)
      if (id % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    }`
  const other = startProcess(t, code, [directory])
  const reported = [Number((await other.lines.next()).value)]
  while (reported.length < successes) reported.push(Number((await other.lines.next()).value))
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 10))
  other.child.kill('SIGKILL')
  for await (const line of { [Symbol.asyncIterator]: () => other.lines }) reported.push(Number(line))

  const store = openedFor(t, openLocalSqliteStore(directory, silentLogger))
  const { seq, at, messages } = await loaded(store)
  const ids = [...messages].map(({ id }) => id)
  const first = Math.max(2, seq - 99)
  assert.deepEqual(
    ids,
    Array.from({ length: seq - first + 1 }, (_, offset) => first + offset),
  )
  assert.equal(at, seq)
  // The last line may have been cut off by the kill; all before it are whole.
  const whole = reported.slice(0, -1)
  assert.deepEqual(
    whole,
    [...whole.keys()].map((index) => index + 2),
  )
  assert.ok(seq >= (whole.at(-1) ?? 0), `${whole.at(-1)} was acknowledged, ${seq} is the last that is there`)
  return whole.length
}

/** A store in this thread over a database that the test can reach, too, and can limit. */
function withDatabase(t: TestContext) {
  const directory = scratchDirectory(t)
  const { logger, heard } = listening()
  let pages = 1_000_000
  let current: DatabaseSync | null = null
  const open = () => {
    const opened = openDatabase(directory)
    assert.ok(opened.ok)
    current = opened.value
    limitPages(pages)
    return current
  }
  const limitPages = (most: number) => {
    pages = most
    if (current?.isOpen) current.exec(`PRAGMA max_page_count = ${most}`)
  }
  const place = { open, isInPlace: () => true, reserve: new Reserve(directory, 0) }
  const store = new SqliteStore(new LocalDatabase(new Transactions(place)), logger)
  t.after(() => store.close())
  return { store, heard, limitPages, database: () => current! }
}
