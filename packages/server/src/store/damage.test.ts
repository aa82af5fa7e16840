import { done, everyone, fail, ok, type Write } from '@parley/core'
import { named } from '@parley/core/suites'
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { account, alice, listening, loaded, message, opened, openedFor, put, toAlice } from '../../testing/stored.ts'
import { scratchDirectory } from '../../testing/scratch.ts'
import { silentLogger } from '../logger.ts'
import { openSqliteStore } from './sqlite-store.ts'

const pageBytes = 4_096
const many = Array.from({ length: 300 }, (_, at) => at + 2)

describe('a damaged database', () => {
  it('with a byte that changed inside a text withholds that message, says so, and hands out the others', async (t) => {
    const directory = await written(t)
    change(directory, 'text 100', (bytes, at) => (bytes[at] = 0x54))
    const { logger, heard } = listening()
    const store = openedFor(t, openSqliteStore(directory, logger))
    assert.match(heard.join('\n'), /^Rows of the database.*"table":"letters","row":"100","of":"alice".*"count":1/)
    const read = await store.messages(toAlice, 0, 1_000)
    assert.ok(read.ok)
    const [standIn, ...others] = read.value.filter(({ from }) => from === 'Server')
    assert.deepEqual([standIn!.id, others], [100, []])
    assert.match(standIn!.text, /was damaged on the disk/)
    const sound = many.filter((id) => id !== 100).map((id) => message(id))
    assert.deepEqual(
      read.value.filter((each) => each !== standIn),
      sound,
    )
    assert.equal(heard.length, 1, 'it is said once')
    // Its reader has been told: it may go.
    assert.deepEqual(await store.commit([{ write: 'messages.remove', to: toAlice, ids: [100] }], 900, 900), done)
    assert.deepEqual(await store.messages(toAlice, 99, 1), ok([message(101)]))
  })

  it('with a changed hash keeps the name for its owner and takes no password', async (t) => {
    const directory = await written(t)
    change(directory, 'hash of alice', (bytes, at) => (bytes[at] = 0x48))
    const { logger, heard } = listening()
    const store = openedFor(t, openSqliteStore(directory, logger))
    assert.match(heard.join('\n'), /accounts need a new password.*"table":"accounts","row":"alice"/)
    assert.deepEqual((await loaded(store)).accounts, [{ name: 'Alice', hash: '', version: 1 }])
  })

  it('whose structure is broken is not opened, and what to do is said', async (t) => {
    const directory = await written(t)
    change(directory, 'text 100', (bytes, at) => bytes.fill(0, pageOf(at), pageOf(at) + 8))
    const refused = openSqliteStore(directory, silentLogger)
    assert.ok(!refused.ok && refused.problem.kind === 'database-damaged')
    assert.match(refused.problem.message, /parley\.db is damaged: .*Keep a copy.*parley restore/s)
  })

  it('whose last number changed is not opened: ids would be given again', async (t) => {
    const directory = await written(t)
    const store = opened(openSqliteStore(directory, silentLogger))
    await store.commit([], 0x7a7a7a7a, 5)
    await store.close()
    change(directory, Buffer.from([0x7a, 0x7a, 0x7a, 0x7a]), (bytes, at) => (bytes[at] = 0x10))
    const refused = openSqliteStore(directory, silentLogger)
    assert.ok(!refused.ok && refused.problem.kind === 'database-damaged')
  })

  it('that is damaged while it is open ends writing, and hands out what can be read', async (t) => {
    const directory = await written(t)
    const { logger, heard } = listening()
    const store = openedFor(t, openSqliteStore(directory, logger))
    await loaded(store)
    change(directory, 'text 100', (bytes, at) => bytes.fill(0, pageOf(at), pageOf(at) + 8))
    const read = await store.messages(toAlice, 0, 1_000)
    assert.ok(read.ok)
    assert.deepEqual(
      read.value.map(({ id }) => id),
      many,
    )
    const withheld = read.value.filter(({ from }) => from === 'Server').length
    assert.ok(withheld > 1 && withheld < many.length / 2, `${withheld} of ${many.length} were on that page`)
    for (const each of read.value) if (each.from !== 'Server') assert.deepEqual(each, message(each.id))
    assert.deepEqual(await store.commit([put(1_000)], 1_000, 1_000), fail('unavailable'))
    assert.deepEqual(await store.commit([], 1_001, 1_001), fail('unavailable'))
    assert.match(heard[0]!, /nothing more is written to it\..* parley doctor/)
    assert.match(heard[1]!, new RegExp(`"count":${withheld},`))
    assert.equal(heard.length, 2)
    assert.doesNotMatch(heard.join('\n'), /\.ts:\d/, 'there is no stack trace')
  })
})

describe('a damaged row', () => {
  it('of history is withheld and said, and is not found; the others are read', async (t) => {
    const directory = await withKept(t, 'said one', 'said two')
    change(directory, 'said one', (bytes, at) => (bytes[at] = 0x53))
    const { logger, heard } = listening()
    const store = openedFor(t, openSqliteStore(directory, logger))
    assert.deepEqual(heard, [], 'a start does not wait for millions of messages')
    const page = await store.history(reader, everyone, 'end', 10)
    assert.ok(page.ok)
    const read = page.value.messages.map(({ seq, from, text }) => [seq, from, text])
    const standIn = 'A message was damaged on the disk of this server and cannot be read.'
    assert.deepEqual(read, [
      [10, 'Server', standIn],
      [11, 'Alice', 'said two'],
    ])
    const found = await store.search(reader, { text: 'said', of: null, before: null, limit: 10 })
    assert.deepEqual(found.ok && found.value.map(({ seq }) => seq), [11])
    await store.checkHistory(async () => {})
    assert.match(heard.join('\n'), /"table":"history","row":"10","of":"\*"/)
    assert.equal(heard.length, 1, 'it is said once')
  })

  it('of history is found and said though nobody reads it, a little at a time, and others go on', async (t) => {
    const texts = Array.from({ length: 1_200 }, (_, at) => `message number ${at}.`)
    const directory = await withKept(t, ...texts)
    change(directory, 'message number 1100.', (bytes, at) => (bytes[at] = 0x4d))
    const { logger, heard } = listening()
    const store = openedFor(t, openSqliteStore(directory, logger))
    const between: (readonly [said: number, commits: boolean])[] = []
    await store.checkHistory(async () => {
      between.push([heard.length, (await store.commit([], 600, 600)).ok])
    })
    assert.deepEqual(between, [
      [0, true],
      [0, true],
      [1, true],
    ])
    assert.match(heard[0]!, /"table":"history","row":"1110","of":"\*"/)
  })

  it('of a key, a device, a mark or a backup is nobody else’s, and none', async (t) => {
    const directory = await withKept(t, 'said one')
    for (const kept of ['key of alice', 'token of alice', 'backup of alice'])
      change(directory, kept, (bytes, at) => (bytes[at] = 0x58))
    const { logger, heard } = listening()
    const store = openedFor(t, openSqliteStore(directory, logger))
    assert.match(heard.join('\n'), /"count":3/)
    const { publicKeys, devices } = await loaded(store)
    assert.deepEqual([publicKeys, devices.map(({ id, hash }) => [id, hash])], [[], [[9, '']]])
    assert.deepEqual(await store.backup(toAlice), fail('unavailable'))
    const again = { write: 'backup.put', account: toAlice, blob: 'another' } as const
    assert.deepEqual(await store.commit([again], 900, 900), done)
    assert.deepEqual(await store.backup(toAlice), ok('another'))
  })

  it('of a hook keeps its name and is neither posted by nor called', async (t) => {
    const directory = await withKept(t, 'said one')
    const store = opened(openSqliteStore(directory, silentLogger))
    const url = 'https://example.org/in'
    const calls = { url, secret: 's', of: [everyone], delivered: 10, failingSince: null, isOff: false }
    const hook = { id: 12, name: robot, hash: 'token of robot', to: null, calls }
    await store.commit([{ write: 'hook.put', hook }], 501, 501)
    await store.close()
    change(directory, url, (bytes, at) => (bytes[at + 8] = 0x58))
    const { logger, heard } = listening()
    const again = openedFor(t, openSqliteStore(directory, logger))
    assert.match(heard.join('\n'), /"table":"hooks","row":"12"/)
    assert.deepEqual((await loaded(again)).hooks, [{ id: 12, name: robot, hash: '', to: null, calls: null }])
  })
})

const robot = named('Robot')

const reader = { name: toAlice, registered: true, since: 0, everyone: true, joined: [] }

/** Alice with a key, a device, a backup, and what she said to everybody. */
async function withKept(t: TestContext, ...texts: readonly string[]): Promise<string> {
  const directory = scratchDirectory(t)
  const store = opened(openSqliteStore(directory, silentLogger))
  const plain = { kind: 'text', guest: false, sessionKey: null, nonce: null, target: null } as const
  const kept = texts.map((text, at): Write => {
    const message = { ...plain, seq: 10 + at, at: 5, conversation: everyone, from: alice, to: '*', text }
    return { write: 'history.put', message }
  })
  const device = { id: 9, account: toAlice, label: 'phone', hash: 'token of alice', addedAt: 5, seenAt: 5 }
  const writes: readonly Write[] = [
    account,
    { write: 'account.key', account: toAlice, key: 'key of alice' },
    { write: 'backup.put', account: toAlice, blob: 'backup of alice' },
    { write: 'device.put', device },
    ...kept,
  ]
  await store.commit(writes, 500, 500)
  await store.close()
  return directory
}

/** A data directory with Alice and what waits for her, closed. */
async function written(t: TestContext): Promise<string> {
  const directory = scratchDirectory(t)
  const store = opened(openSqliteStore(directory, silentLogger))
  const hashed = { write: 'account.put', account: { ...account.account, hash: 'hash of alice' } } as const
  await store.commit([hashed, ...many.map((id) => put(id))], 500, 500)
  await store.close()
  return directory
}

/** As a disk does it: without SQLite. */
function change(directory: string, found: string | Uint8Array, by: (bytes: Buffer, at: number) => void): void {
  const file = join(directory, 'parley.db')
  const bytes = readFileSync(file)
  // A page may still hold a copy from before it was divided.
  const at = bytes.lastIndexOf(found)
  assert.ok(at > 0, `${String(found)} is in the file`)
  by(bytes, at)
  writeFileSync(file, bytes)
}

function pageOf(at: number): number {
  return at - (at % pageBytes)
}
