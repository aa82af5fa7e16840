import { defaultCoreSettings, done, fail, keyOf, ok, type GroupName, type Store } from '@parley/core'
import { named, storeSuite } from '@parley/core/suites'
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { scratchDirectory, startProcess } from './scratch.ts'
import { openSqliteStore } from './sqlite-store.ts'

const limits = { perPair: 100_000, perRecipient: 100_000 }
const alice = named('Alice')
const bob = named('Bob')
const carol = named('Carol')
const cats = 'Cats' as GroupName
const toAlice = keyOf(alice)

storeSuite('the store on disk', async (limits) => {
  const directory = mkdtempSync(join(tmpdir(), 'parley-store-'))
  const store = opened(directory, limits)
  return {
    store,
    close: async () => {
      await store.close()
      rmSync(directory, { recursive: true })
    },
  }
})

test('what was stored is there when the store is opened again', async (t) => {
  const directory = scratchDirectory(t)
  const first = opened(directory)
  await first.accounts.add({ name: alice, hash: 'h' })
  const put = await first.mailboxes.put(toAlice, { from: bob, text: 'hi', at: 5 })
  await first.close()
  const second = openedFor(t, directory)
  assert.deepEqual(await second.accounts.list(), ok([{ name: alice, hash: 'h' }]))
  assert.ok(put.ok)
  assert.deepEqual(await second.mailboxes.after(toAlice, 0, 9), ok([put.value]))
})

test('groups are there when the store is opened again, with their order, their bans and the count of removals', async (t) => {
  const directory = scratchDirectory(t)
  const first = opened(directory)
  for (const name of [alice, bob, carol]) await first.accounts.add({ name, hash: 'h' })
  for (const name of [carol, bob, alice]) await first.groups.join({ name: cats, banned: new Set() }, keyOf(name))
  await first.groups.ban(keyOf(cats), keyOf(named('Eve')))
  await first.accounts.remove(keyOf(bob))
  await first.close()
  const second = openedFor(t, directory)
  assert.deepEqual(await second.groups.list(), ok([{ name: cats, members: [carol, alice], banned: ['eve'] }]))
  assert.deepEqual(await second.accounts.removals(), ok(1))
})

test('an account that another process removes is counted at once, and has left its groups', async (t) => {
  const directory = scratchDirectory(t)
  const store = openedFor(t, directory)
  for (const name of [alice, bob]) {
    await store.accounts.add({ name, hash: 'h' })
    await store.groups.join({ name: cats, banned: new Set() }, keyOf(name))
  }
  const other = startProcess(
    t,
    `const { openSqliteStore } = await import('$sqlite-store')
     const { value: store } = openSqliteStore(process.argv[1], { perPair: 9, perRecipient: 9 })
     await store.accounts.remove('alice')
     console.log('removed')
     setInterval(() => {}, 1000)`,
    directory,
  )
  assert.deepEqual(await store.accounts.removals(), ok(0))
  assert.equal((await other.lines.next()).value, 'removed')
  assert.deepEqual(await store.accounts.removals(), ok(1))
  assert.deepEqual(await store.groups.find(keyOf(cats)), ok({ name: cats, members: [bob], banned: [] }))
})

test('a process that is killed loses no membership that it reported as stored', async (t) => {
  const directory = scratchDirectory(t)
  const store = openedFor(t, directory)
  await store.accounts.add({ name: alice, hash: 'h' })
  const other = startProcess(
    t,
    `const { openSqliteStore } = await import('$sqlite-store')
     const { value: store } = openSqliteStore(process.argv[1], { perPair: 9, perRecipient: 9 })
     for (let at = 0; ; at++) {
       const joined = await store.groups.join({ name: 'group' + at, banned: new Set() }, 'alice')
       if (joined.ok) console.log('group' + at)
     }`,
    directory,
  )
  const reported = [(await other.lines.next()).value]
  while (reported.length < 50) reported.push((await other.lines.next()).value)
  other.child.kill('SIGKILL')
  for await (const line of { [Symbol.asyncIterator]: () => other.lines }) reported.push(line)
  const groups = await store.groups.list()
  assert.ok(groups.ok)
  const kept = new Set<string>(groups.value.map(({ name }) => name))
  assert.deepEqual(
    reported.filter((name) => !kept.has(String(name))),
    [],
  )
})

test('to close the store completes what was asked for before, and refuses what comes later', async (t) => {
  const directory = scratchDirectory(t)
  const first = opened(directory)
  const added = first.accounts.add({ name: alice, hash: 'h' })
  await first.close()
  await first.close()
  assert.deepEqual(await added, done)
  assert.deepEqual(await first.accounts.add({ name: bob, hash: 'h' }), fail('store-unavailable'))
  assert.deepEqual(await first.accounts.find(toAlice), fail('store-unavailable'))
  assert.deepEqual(await openedFor(t, directory).accounts.list(), ok([{ name: alice, hash: 'h' }]))
})

test('only the user who runs the server may look into the data', async (t) => {
  const directory = join(scratchDirectory(t), 'made', 'here')
  const store = openedFor(t, directory)
  await store.accounts.add({ name: alice, hash: 'h' })
  assert.equal(statSync(directory).mode & 0o777, 0o700)
  const files = readdirSync(directory).toSorted()
  assert.deepEqual(files, ['parley.db', 'parley.db-shm', 'parley.db-wal'])
  for (const file of files) assert.equal(statSync(join(directory, file)).mode & 0o777, 0o600, file)
})

test('a file that is no database is refused, with its path and a way out', async (t) => {
  const directory = scratchDirectory(t)
  writeFileSync(join(directory, 'parley.db'), 'no database '.repeat(500))
  const refused = openSqliteStore(directory, limits)
  assert.ok(!refused.ok)
  assert.equal(refused.problem.kind, 'database-unusable')
  assert.match(refused.problem.message, /parley\.db: file is not a database\. Bring it back/)
})

test('letters by the ten thousand fit into one turn, and the limit of a full mailbox still holds', async (t) => {
  const store = openedFor(t, scratchDirectory(t), defaultCoreSettings.mailbox)
  await store.accounts.add({ name: alice, hash: 'h' })
  const senders = Array.from({ length: 11 }, (_, index) => named(`sender${index}`))
  const puts = senders.flatMap((from) =>
    Array.from({ length: 1_000 }, (_, at) => store.mailboxes.put(toAlice, { from, text: 't', at })),
  )
  const answers = await Promise.all(puts)
  assert.ok(answers.slice(0, 10_000).every(({ ok }) => ok))
  assert.ok(answers.slice(10_000).every((answer) => !answer.ok && answer.fail === 'mailbox-full'))
  assert.deepEqual(await store.accounts.remove(toAlice), done)
  await store.accounts.add({ name: alice, hash: 'h' })
  assert.ok((await store.mailboxes.put(toAlice, { from: bob, text: 't', at: 1 })).ok)
})

test('what another process changes is seen at once, and both may change', async (t) => {
  const directory = scratchDirectory(t)
  const store = openedFor(t, directory)
  await store.accounts.add({ name: alice, hash: 'h' })
  const other = startProcess(
    t,
    `const { openSqliteStore } = await import('$sqlite-store')
     const { value: store } = openSqliteStore(process.argv[1], { perPair: 9, perRecipient: 9 })
     await store.accounts.setHash('alice', 'theirs')
     await store.accounts.add({ name: 'Bob', hash: 'h' })
     console.log('changed')
     setInterval(() => {}, 1000)`,
    directory,
  )
  assert.equal((await other.lines.next()).value, 'changed')
  assert.deepEqual(await store.accounts.find(toAlice), ok({ name: alice, hash: 'theirs' }))
  assert.deepEqual(await store.accounts.setHash(keyOf(bob), 'ours'), done)
})

test('two servers that start on new data at the same moment both get the store, and one gets the lock', async (t) => {
  const directory = scratchDirectory(t)
  const code = `const { openSqliteStore } = await import('$sqlite-store')
    const { lockDataDirectory } = await import('$data-directory')
    const lock = lockDataDirectory(process.argv[1])
    const opened = openSqliteStore(process.argv[1], { perPair: 9, perRecipient: 9 })
    const added = opened.ok && await opened.value.accounts.add({ name: 'A' + process.pid, hash: 'h' })
    console.log(lock.ok, opened.ok ? added.ok : opened.problem.message)
    setInterval(() => {}, 1000)`
  const servers = [1, 2].map(() => startProcess(t, code, directory))
  const said = await Promise.all(servers.map(async ({ lines }) => String((await lines.next()).value)))
  assert.deepEqual(said.toSorted(), ['false true', 'true true'])
  const listed = await openedFor(t, directory).accounts.list()
  assert.equal(listed.ok && listed.value.length, 2)
})

test('a process that is killed loses no letter that it reported as stored', async (t) => {
  const directory = scratchDirectory(t)
  const store = openedFor(t, directory)
  await store.accounts.add({ name: alice, hash: 'h' })
  const other = startProcess(
    t,
    `const { openSqliteStore } = await import('$sqlite-store')
     const { value: store } = openSqliteStore(process.argv[1], { perPair: 1e6, perRecipient: 1e6 })
     for (let at = 0; ; at++) {
       const letters = ['a', 'b', 'c'].map((text) => store.mailboxes.put('alice', { from: 'Bob', text, at }))
       for (const put of await Promise.all(letters)) if (put.ok) console.log(put.value.id)
     }`,
    directory,
  )
  const reported = [Number((await other.lines.next()).value)]
  while (reported.length < 200) reported.push(Number((await other.lines.next()).value))
  other.child.kill('SIGKILL')
  for await (const line of { [Symbol.asyncIterator]: () => other.lines }) reported.push(Number(line))
  const letters = await store.mailboxes.after(toAlice, 0, 1_000_000)
  assert.ok(letters.ok)
  const kept = new Set(letters.value.map(({ id }) => id))
  assert.deepEqual(
    reported.filter((id) => !kept.has(id)),
    [],
  )
})

function opened(directory: string, within = limits): Store {
  const opening = openSqliteStore(directory, within)
  assert.ok(opening.ok)
  return opening.value
}

function openedFor(t: TestContext, directory: string, within = limits): Store {
  const store = opened(directory, within)
  t.after(() => store.close())
  return store
}
