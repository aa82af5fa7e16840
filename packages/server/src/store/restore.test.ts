import assert from 'node:assert/strict'
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, it, type TestContext } from 'node:test'
import { account, loaded, opened, openedFor, put } from '../../testing/stored.ts'
import { scratchDirectory } from '../../testing/scratch.ts'
import { silentLogger } from '../logger.ts'
import { databaseFile } from './database.ts'
import { lockDataDirectory } from './directory-lock.ts'
import { restoreBackup } from './restore.ts'
import { migrate, ourMigrations } from './schema.ts'
import { openLocalSqliteStore } from './sqlite-store.ts'
import { removeSnapshots, takeSnapshot } from './snapshot.ts'

const now = Date.UTC(2026, 10, 21)

/** A data directory with Alice and some of her messages. */
async function withMessages(t: TestContext, ...ids: readonly number[]): Promise<string> {
  const directory = scratchDirectory(t)
  const store = opened(openLocalSqliteStore(directory, silentLogger))
  await store.commit([account, ...ids.map((id) => put(id))], 9, 9)
  await store.close()
  return directory
}

async function idsIn(t: TestContext, directory: string): Promise<readonly number[]> {
  const store = openedFor(t, openLocalSqliteStore(directory, silentLogger))
  const ids = Array.from((await loaded(store)).messages, ({ id }) => id)
  await store.close()
  return ids
}

async function snapshotOf(directory: string): Promise<string> {
  const taken = await takeSnapshot(directory)
  assert.ok(taken.ok)
  return taken.value
}

describe('a snapshot', () => {
  it('has what is committed, while the database is open and written to', async (t) => {
    const directory = await withMessages(t, 1, 2)
    const store = openedFor(t, openLocalSqliteStore(directory, silentLogger))
    await store.commit([put(3)], 10, 10)
    const [taking] = [takeSnapshot(directory), store.commit([put(4)], 11, 11)]
    const taken = await taking
    assert.ok(taken.ok)
    const fresh = join(scratchDirectory(t), 'fresh')
    assert.ok(restoreBackup(taken.value, fresh, { replace: false, now }).ok)
    assert.deepEqual((await idsIn(t, fresh)).slice(0, 3), [1, 2, 3])
    removeSnapshots(directory)
    assert.equal(existsSync(taken.value), false)
  })

  it('cannot be taken of what is no database', async (t) => {
    const directory = scratchDirectory(t)
    writeFileSync(databaseFile(directory), 'nothing of this kind'.repeat(1_000))
    assert.deepEqual(await takeSnapshot(directory), { ok: false, fail: 'unavailable' })
    assert.deepEqual(readdirSync(directory), ['parley.db'])
  })
})

describe('a backup', () => {
  it('takes the place of data only when told to, which is kept', async (t) => {
    const backup = await snapshotOf(await withMessages(t, 1))
    const directory = await withMessages(t, 1, 2)
    const refused = restoreBackup(backup, directory, { replace: false, now })
    assert.match(refused.ok ? '' : refused.message, /holds data already.*--replace/)
    assert.deepEqual(await idsIn(t, directory), [1, 2])
    const restored = restoreBackup(backup, directory, { replace: true, now })
    assert.ok(restored.ok)
    assert.deepEqual(restored.value.counts, { accounts: 1, messages: 1, groups: 0, kept: 0 })
    assert.deepEqual(await idsIn(t, directory), [1])
    const before = `${databaseFile(directory)}.before-2026-11-21T000000000Z`
    assert.equal(restored.value.before, before)
    const third = scratchDirectory(t)
    copyFileSync(before, databaseFile(third))
    assert.deepEqual(await idsIn(t, third), [1, 2])
  })

  it('gives no number again that was used behind it', async (t) => {
    const directory = await withMessages(t, 1)
    const backup = await snapshotOf(directory)
    const store = openedFor(t, openLocalSqliteStore(directory, silentLogger))
    await store.load(1_000)
    await store.commit([put(900)], 900, 900)
    await store.close()
    const fresh = join(scratchDirectory(t), 'fresh')
    assert.ok(restoreBackup(backup, fresh, { replace: false, now }).ok)
    const restored = openedFor(t, openLocalSqliteStore(fresh, silentLogger))
    const { seq, reserved } = await loaded(restored)
    assert.deepEqual([seq, reserved > 1_009], [9, true])
  })

  it('of an older schema is brought to the newest', async (t) => {
    const directory = scratchDirectory(t)
    const file = join(directory, 'old.db')
    const old = new DatabaseSync(file)
    migrate(old, ourMigrations.slice(0, 3))
    old.exec(`
      INSERT INTO accounts VALUES ('alice', 'Alice', 'h', 3);
      INSERT INTO letters VALUES (7, 'alice', 'bob', 'Bob', 1, 'hi', 50)`)
    old.close()
    const fresh = join(directory, 'fresh')
    const restored = restoreBackup(file, fresh, { replace: false, now })
    assert.ok(restored.ok, restored.ok ? '' : restored.message)
    assert.deepEqual([restored.value.damaged, await idsIn(t, fresh)], [0, [7]])
  })

  it('is not restored under a server, nor onto itself', async (t) => {
    const directory = await withMessages(t, 1)
    const backup = await snapshotOf(directory)
    const itself = restoreBackup(databaseFile(directory), directory, { replace: true, now })
    assert.match(itself.ok ? '' : itself.message, /is the database itself/)
    const lock = lockDataDirectory(directory)
    assert.ok(lock.ok)
    const refused = restoreBackup(backup, directory, { replace: true, now })
    assert.match(refused.ok ? '' : refused.message, /belongs to a running server/)
    lock.value.release()
    assert.deepEqual(await idsIn(t, directory), [1])
  })

  it('that is damaged, or none, is not restored, and everything stays', async (t) => {
    const directory = await withMessages(t, 1, 2)
    const bytes = readFileSync(await snapshotOf(directory))
    removeSnapshots(directory)
    const broken = Buffer.from(bytes)
    const page = broken.indexOf('text 2') & ~4095
    broken.fill(0, page, page + 8)
    const elsewhere = scratchDirectory(t)
    const rows: [Buffer | null, RegExp][] = [
      [broken, /(is damaged|cannot be read): /],
      [bytes.subarray(0, 4_096), /(is damaged|cannot be read): /],
      [Buffer.from('nothing of this kind'.repeat(1_000)), /cannot be read: file is not a database/],
      [Buffer.alloc(0), /is no database of Parley/],
      [null, /there is no such file/],
    ]
    for (const [at, [content, message]] of rows.entries()) {
      const file = join(elsewhere, `${at}.db`)
      if (content) writeFileSync(file, content)
      const fresh = join(elsewhere, `fresh-${at}`)
      for (const target of [directory, fresh]) {
        const outcome = restoreBackup(file, target, { replace: true, now })
        assert.match(outcome.ok ? '' : outcome.message, message)
        assert.match(outcome.ok ? '' : outcome.message, /Nothing was changed/)
      }
      assert.deepEqual(readdirSync(fresh), [])
    }
    assert.deepEqual(await idsIn(t, directory), [1, 2])
    assert.deepEqual(readdirSync(directory), ['parley.db'])
  })

  it('with a row that changed is restored, and that is said', async (t) => {
    const backup = await snapshotOf(await withMessages(t, 1, 2))
    const bytes = readFileSync(backup)
    bytes[bytes.indexOf('text 2')] = 0x54
    writeFileSync(backup, bytes)
    const fresh = scratchDirectory(t)
    const restored = restoreBackup(backup, fresh, { replace: false, now })
    assert.ok(restored.ok)
    assert.equal(restored.value.damaged, 1)
    assert.deepEqual(await idsIn(t, fresh), [1, 2])
  })
})
