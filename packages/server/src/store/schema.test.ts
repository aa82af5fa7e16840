import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test, type TestContext } from 'node:test'
import { openDatabase } from './database.ts'
import { migrate, ourMigrations } from './schema.ts'
import { scratchDirectory } from './scratch.ts'

const first = "CREATE TABLE things (name TEXT NOT NULL) STRICT; INSERT INTO things VALUES ('old')"
const second = "ALTER TABLE things ADD COLUMN colour TEXT NOT NULL DEFAULT 'grey'"

test('an empty database goes through all versions, one of an older version through the missing ones', (t) => {
  const fresh = inMemory(t)
  migrate(fresh, [first, second])
  const older = inMemory(t)
  migrate(older, [first])
  assert.equal(versionOf(older), 1)
  migrate(older, [first, second])
  for (const database of [fresh, older]) {
    assert.equal(versionOf(database), 2)
    assert.deepEqual({ ...database.prepare('SELECT * FROM things').get() }, { name: 'old', colour: 'grey' })
  }
  migrate(older, [first, second])
  assert.equal(older.prepare('SELECT count(*) AS n FROM things').get()?.['n'], 1)
})

test('a step that fails half way leaves the version before it, whole', (t) => {
  const database = inMemory(t)
  const broken = 'CREATE TABLE more (n INTEGER) STRICT; INSERT INTO nowhere VALUES (1)'
  assert.throws(() => migrate(database, [first, broken]), /nowhere/)
  assert.equal(versionOf(database), 1)
  assert.equal(database.isTransaction, false)
  assert.deepEqual(
    database
      .prepare('SELECT name FROM sqlite_schema')
      .all()
      .map(({ name }) => name),
    ['things'],
  )
})

test('accounts and letters of the version without groups are kept, and their accounts can be in groups', (t) => {
  const database = inMemory(t)
  database.exec('PRAGMA foreign_keys = ON')
  migrate(database, ourMigrations.slice(0, 1))
  database.exec(`
    INSERT INTO accounts (key, name, hash) VALUES ('alice', 'Alice', 'h');
    INSERT INTO letters (recipient, sender_key, sender, text, at) VALUES (1, 'bob', 'Bob', 'hi', 5)`)
  migrate(database)
  assert.equal(versionOf(database), ourMigrations.length)
  database.exec(`
    INSERT INTO groups (key, name) VALUES ('cats', 'Cats');
    INSERT INTO members (group_id, account) VALUES (1, 1)`)
  const count = (table: string): unknown => database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']
  const counts = () => ['accounts', 'letters', 'members', 'groups'].map(count)
  assert.deepEqual(counts(), [1, 1, 1, 1])
  database.exec('DELETE FROM accounts')
  assert.deepEqual(counts(), [0, 0, 0, 0])
})

test('a newer version than ours is refused with both numbers, and not touched', (t) => {
  const directory = scratchDirectory(t)
  const ours = openDatabase(directory)
  assert.ok(ours.ok)
  const known = versionOf(ours.value)
  ours.value.exec(`PRAGMA user_version = ${known + 41}`)
  ours.value.close()
  const refused = openDatabase(directory)
  assert.ok(!refused.ok && refused.problem.kind === 'schema-newer')
  assert.deepEqual([refused.problem.found, refused.problem.known], [known + 41, known])
  assert.match(refused.problem.message, new RegExp(`version ${known + 41}, and this one knows up to ${known}`))
  const file = new DatabaseSync(join(directory, 'parley.db'))
  t.after(() => file.close())
  assert.equal(versionOf(file), known + 41)
})

test('the database keeps what it is told through a power failure: WAL, and a full sync of each commit', (t) => {
  const opened = openDatabase(scratchDirectory(t))
  assert.ok(opened.ok)
  const database = opened.value
  t.after(() => database.close())
  const pragma = (name: string): unknown => Object.values(database.prepare(`PRAGMA ${name}`).get()!)[0]
  assert.equal(pragma('journal_mode'), 'wal')
  assert.equal(pragma('synchronous'), 2)
  assert.equal(pragma('foreign_keys'), 1)
})

function inMemory(t: TestContext): DatabaseSync {
  const database = new DatabaseSync(':memory:')
  t.after(() => database.close())
  return database
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
}
