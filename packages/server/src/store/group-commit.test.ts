import { done, fail, keyOf, ok } from '@parley/core'
import { named } from '@parley/core/suites'
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { constants, DatabaseSync } from 'node:sqlite'
import { test, type TestContext } from 'node:test'
import { silentLog } from '../log.ts'
import { openDatabase } from './database.ts'
import { GroupCommit } from './group-commit.ts'
import { scratchDirectory } from './scratch.ts'
import { SqliteStore } from './sqlite-store.ts'

const limits = { perPair: 1_000, perRecipient: 1_000 }
const alice = named('Alice')
const bob = named('Bob')
const toAlice = keyOf(alice)

test('changes of one turn share one transaction, those of another turn have their own', async (t) => {
  const database = new DatabaseSync(':memory:')
  const commits = new GroupCommit(database, silentLog)
  t.after(() => commits.close())
  database.exec('CREATE TABLE t (n INTEGER) STRICT')
  const begun: string[] = []
  database.setAuthorizer((action, what) => {
    if (action === constants.SQLITE_TRANSACTION && what) begun.push(what)
    return constants.SQLITE_OK
  })
  const change = (): Promise<unknown> =>
    commits.change(() => {
      database.exec('INSERT INTO t VALUES (1)')
      return done
    })
  await Promise.all(Array.from({ length: 50 }, change))
  assert.deepEqual(begun, ['BEGIN', 'COMMIT'])
  await change()
  assert.deepEqual(begun, ['BEGIN', 'COMMIT', 'BEGIN', 'COMMIT'])
})

test('nobody hears of success before it is on disk', async (t) => {
  const { store, directory } = await withAlice(t)
  const watcher = new DatabaseSync(join(directory, 'parley.db'))
  t.after(() => watcher.close())
  const letters = (): unknown => watcher.prepare('SELECT count(*) AS n FROM letters').get()?.['n']
  const put = store.mailboxes.put(toAlice, { from: bob, text: 'hi', at: 1 })
  assert.equal(letters(), 0)
  assert.ok((await put).ok)
  assert.equal(letters(), 1)
})

test('a full disk fails all of its turn, loses nothing of before, and does no harm to later', async (t) => {
  const { store, database } = await withAlice(t)
  const kept = await store.mailboxes.put(toAlice, { from: bob, text: 'kept', at: 1 })
  assert.ok(kept.ok)
  const pages = Number(database.prepare('PRAGMA page_count').get()?.['page_count'])
  database.exec(`PRAGMA max_page_count = ${pages}`)
  const answers = await Promise.all([
    store.mailboxes.put(toAlice, { from: bob, text: 'small', at: 2 }),
    store.mailboxes.put(toAlice, { from: bob, text: 'x'.repeat(100_000), at: 3 }),
    store.accounts.add({ name: bob, hash: 'h' }),
    store.accounts.find(keyOf(bob)),
    store.mailboxes.remove(toAlice, [kept.value.id]),
  ])
  const unavailable = fail('store-unavailable')
  assert.deepEqual(answers, [unavailable, unavailable, unavailable, ok(null), unavailable])
  assert.deepEqual(await store.mailboxes.after(toAlice, 0, 9), kept.ok && ok([kept.value]))
  database.exec('PRAGMA max_page_count = 1000000')
  assert.deepEqual(await store.accounts.add({ name: bob, hash: 'h' }), done)
  assert.ok((await store.mailboxes.put(toAlice, { from: bob, text: 'x'.repeat(100_000), at: 4 })).ok)
})

test('another process that does not let go fails the turn; what is read is read all the same', async (t) => {
  const { store, database, directory } = await withAlice(t)
  database.exec('PRAGMA busy_timeout = 10')
  const other = new DatabaseSync(join(directory, 'parley.db'))
  t.after(() => other.close())
  other.exec('BEGIN IMMEDIATE')
  const answers = await Promise.all([store.accounts.setHash(toAlice, 'h2'), store.accounts.find(toAlice)])
  assert.deepEqual(answers, [fail('store-unavailable'), ok({ name: alice, hash: 'h' })])
  other.exec('ROLLBACK')
  assert.deepEqual(await store.accounts.setHash(toAlice, 'h2'), done)
})

test('what the disk refused is logged, for the operator to see', async (t) => {
  const logged: string[] = []
  const { store, database } = await withAlice(t, (message) => logged.push(message))
  database.exec('PRAGMA query_only = ON')
  assert.deepEqual(await store.accounts.setHash(toAlice, 'h2'), fail('store-unavailable'))
  assert.equal(logged.length, 1)
  assert.match(logged[0]!, /cannot write.*readonly/)
})

test('a bug within a turn is thrown to all of it, leaves nothing half done and no transaction open', async (t) => {
  const database = new DatabaseSync(':memory:')
  const commits = new GroupCommit(database, silentLog)
  t.after(() => commits.close())
  database.exec('CREATE TABLE t (n INTEGER) STRICT')
  const good = commits.change(() => {
    database.exec('INSERT INTO t VALUES (1)')
    return done
  })
  const bad = commits.change(() => {
    throw new TypeError('a bug')
  })
  await assert.rejects(good, /a bug/)
  await assert.rejects(bad, /a bug/)
  assert.deepEqual(await commits.read(() => database.prepare('SELECT * FROM t').all()), ok([]))
  assert.deepEqual(await commits.change(() => done), done)
})

interface Opened {
  readonly store: SqliteStore
  readonly database: DatabaseSync
  readonly directory: string
}

/** A store over a database that the test can reach too. Alice has an account. */
async function withAlice(t: TestContext, hear: (message: string) => void = () => {}): Promise<Opened> {
  const directory = scratchDirectory(t)
  const opening = openDatabase(directory)
  assert.ok(opening.ok)
  const log = { ...silentLog, error: (fields: object, message: string) => hear(`${message} ${causeOf(fields)}`) }
  const store = new SqliteStore(opening.value, limits, log)
  t.after(() => store.close())
  assert.deepEqual(await store.accounts.add({ name: alice, hash: 'h' }), done)
  return { store, database: opening.value, directory }
}

function causeOf(fields: object): string {
  return 'err' in fields ? String(fields.err) : ''
}
