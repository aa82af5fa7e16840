import { everyone, keyOf, type KeptMessage } from '@parley/core'
import { named } from '@parley/core/suites'
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test, type TestContext } from 'node:test'
import { openDatabase } from './database.ts'
import { migrate, ourMigrations } from './schema.ts'
import { scratchDirectory } from '../../testing/scratch.ts'
import { Tables } from './tables.ts'

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

test('what a database of version 1 has is kept: accounts and messages', (t) => {
  const database = inMemory(t)
  migrate(database, ourMigrations.slice(0, 1))
  database.exec(`
    INSERT INTO accounts (key, name, hash) VALUES ('alice', 'Alice', 'h');
    INSERT INTO letters (recipient, sender_key, sender, text, at) VALUES (1, 'bob', 'Bob', 'hi', 5)`)
  migrate(database)
  const { seq, accounts, groups, messages } = new Tables(database, undamaged).load()
  assert.deepEqual(accounts, [{ name: 'Alice', hash: 'h', version: 0 }])
  assert.deepEqual([seq, groups], [1, []])
  assert.deepEqual([...messages], [{ id: 1, to: 'alice', from: 'bob', guest: true, bytes: 2 }])
})

test('what a database of version 2 has is kept, in its order and with its numbers, and can be written to', (t) => {
  const database = inMemory(t)
  database.exec('PRAGMA foreign_keys = ON')
  migrate(database, ourMigrations.slice(0, 2))
  database.exec(`
    INSERT INTO accounts (key, name, hash) VALUES ('zed', 'Zed', 'h1'), ('gone', 'Gone', 'h2'), ('alice', 'Alice', 'h3');
    DELETE FROM accounts WHERE key = 'gone';
    INSERT INTO letters (recipient, sender_key, sender, text, at) VALUES
      (3, 'bob', 'BOB', 'from a guest', 50), (1, 'alice', 'ALICE', 'from ä 漢 user', 40),
      (3, 'gone', 'Gone', 'the sender is gone', 60), (1, 'zed', 'Zed', 'read already', 70);
    DELETE FROM letters WHERE text = 'read already';
    INSERT INTO groups (key, name) VALUES ('dogs', 'Dogs'), ('cats', 'cats');
    INSERT INTO members (group_id, account) VALUES (2, 1), (1, 3), (2, 3);
    INSERT INTO bans (group_id, key) VALUES (2, 'eve'), (2, 'bob'), (1, 'zed')`)
  migrate(database)
  assert.equal(versionOf(database), ourMigrations.length)

  const tables = new Tables(database, undamaged)
  const { seq, at, accounts, groups, messages } = tables.load()
  // Above every id that was ever given, so that none is given again.
  assert.deepEqual([seq, at], [4, 0])
  assert.deepEqual(accounts, [
    { name: 'Alice', hash: 'h3', version: 0 },
    { name: 'Zed', hash: 'h1', version: 0 },
  ])
  assert.deepEqual(groups, [
    { name: 'Dogs', members: ['Alice'], banned: ['zed'] },
    { name: 'cats', members: ['Zed', 'Alice'], banned: ['bob', 'eve'] },
  ])
  assert.deepEqual(
    [...messages],
    [
      { id: 1, to: 'alice', from: 'bob', guest: true, bytes: 12 },
      { id: 2, to: 'zed', from: 'alice', guest: false, bytes: 16 },
      { id: 3, to: 'alice', from: 'gone', guest: true, bytes: 18 },
    ],
  )
  const [first] = tables.storedMessages.messages(keyOf(named('alice')), 0, 1)
  assert.deepEqual(first, { id: 1, to: 'alice', from: 'BOB', guest: true, text: 'from a guest', at: 50 })

  tables.write(
    [
      { write: 'account.remove', account: keyOf(named('alice')) },
      { write: 'group.join', group: keyOf(named('cats')), member: named('Carol') },
      { write: 'group.remove', group: keyOf(named('dogs')) },
    ],
    5,
    80,
  )
  const after = tables.load()
  assert.deepEqual([after.seq, after.at, [...after.messages].map(({ id }) => id)], [5, 80, [2]])
  assert.deepEqual(after.groups, [{ name: 'cats', members: ['Zed', 'Alice', 'Carol'], banned: ['bob', 'eve'] }])
  assert.deepEqual(database.prepare('PRAGMA foreign_key_check').all(), [])
  assert.equal(database.prepare('PRAGMA integrity_check').get()?.['integrity_check'], 'ok')
})

test('a database of version 2 and a new one come to the same schema', (t) => {
  const [fresh, older] = [inMemory(t), inMemory(t)]
  migrate(fresh)
  migrate(older, ourMigrations.slice(0, 2))
  migrate(older)
  const schema = (database: DatabaseSync) => database.prepare('SELECT type, name, sql FROM sqlite_schema').all()
  assert.deepEqual(schema(older), schema(fresh))
})

test('each row of a database of version 3 gets its checksum, and so does each that is written after', (t) => {
  const database = inMemory(t)
  migrate(database, ourMigrations.slice(0, 3))
  database.exec(`
    INSERT INTO accounts VALUES ('alice', 'Alice', 'h1', 3);
    INSERT INTO letters VALUES (7, 'alice', 'bob', 'Bob', 1, 'ä 漢 🎩', 50);
    INSERT INTO groups VALUES (1, 'cats', 'Cats');
    INSERT INTO members VALUES (1, 'cats', 'alice', 'Alice');
    INSERT INTO bans VALUES (1, 'cats', 'eve');
    UPDATE meta SET seq = 7, at = 50`)
  migrate(database)
  const tables = new Tables(database, undamaged)
  const before = damaged(database)
  tables.write(
    [
      { write: 'account.put', account: { name: named('Carol'), hash: 'h2', version: 8 } },
      { write: 'account.put', account: { name: named('ALICE'), hash: 'h3', version: 8 } },
      { write: 'message.put', message: { ...message, id: 8, text: 'two\nlines' } },
      { write: 'group.put', group: 'Dogs' as never, banned: [keyOf(named('Bob'))] },
      { write: 'group.join', group: 'dogs' as never, member: named('Carol') },
      { write: 'group.ban', group: 'cats' as never, user: keyOf(named('Bob')) },
      { write: 'account.key', account: carol, key: 'k' },
      { write: 'backup.put', account: carol, blob: 'b' },
      { write: 'device.put', device: { id: 9, account: carol, label: 'phone', hash: 't', addedAt: 8, seenAt: 8 } },
      { write: 'mark.put', user: carol, conversation: '*', seq: 8 },
      { write: 'history.put', message: { ...said, seq: 10 } },
      { write: 'history.put', message: { ...said, seq: 11 } },
      { write: 'history.delete', seq: 11 },
      { write: 'hook.put', hook: { id: 11, name: named('Robot'), hash: 'h', to: null, calls } },
      {
        write: 'hook.put',
        hook: { id: 11, name: named('Robot'), hash: 'h', to: null, calls: { ...calls, delivered: 9 } },
      },
    ],
    9_007_199_254_740_991,
    1_800_000_000_000,
  )
  assert.deepEqual([before, damaged(database)], [[], []])
  for (const [table, set] of changes) {
    database.exec(`UPDATE ${table} SET ${set}`)
    assert.ok(damaged(database).includes(table), `${table}: ${set}`)
  }
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

const carol = keyOf(named('Carol'))
const said: Omit<KeptMessage, 'seq'> = {
  at: 8,
  conversation: everyone,
  kind: 'text',
  from: named('Carol'),
  guest: false,
  to: '*',
  text: 'hear',
  sessionKey: null,
  nonce: 'n1',
  target: null,
}
const message = { to: keyOf(named('alice')), from: named('Bob'), guest: true, text: 'hi', at: 60 }

/** What a disk may change without SQLite's notice. */
const changes = [
  ['meta', 'seq = 5'],
  ['accounts', "hash = 'H2' WHERE key = 'carol'"],
  ['letters', "text = 'ä 漢 🎪' WHERE id = 7"],
  ['groups', "name = 'Cbts' WHERE key = 'cats'"],
  ['members', "name = 'Blice' WHERE key = 'alice'"],
  ['bans', "key = 'dve' WHERE key = 'eve'"],
  ['public_keys', "public_key = 'k2' WHERE account = 'carol'"],
  ['backups', "blob = 'b2' WHERE account = 'carol'"],
  ['devices', "hash = 't2' WHERE id = 9"],
  ['marks', 'seq = 9'],
  ['history', "text = 'höre' WHERE seq = 10"],
  ['history', "nonce = 'n2' WHERE seq = 10"],
  ['hooks', "hash = 'h3' WHERE id = 11"],
] as const

const calls = {
  url: 'https://example.org/in',
  secret: 's',
  of: [everyone],
  delivered: 3,
  failingSince: null,
  isOff: false,
}

const values = {
  meta: 'seq, at',
  accounts: 'key, name, hash, version',
  letters: 'id, recipient, sender_key, sender, guest, text, at',
  groups: 'key, name',
  members: 'group_key, key, name',
  bans: 'group_key, key',
  public_keys: 'account, public_key',
  backups: 'account, blob',
  devices: 'id, account, label, hash, added_at, seen_at',
  marks: 'account, conversation, seq',
  history: 'seq, at, conversation, kind, sender, guest, receiver, text, session_key, nonce, target',
  hooks: 'id, name, hash, posts_to, url, secret, hears, delivered, failing_since, is_off',
}

const undamaged = () => assert.fail('it is damaged')

/** The tables in which a row is not as its checksum says. */
function damaged(database: DatabaseSync): readonly string[] {
  return Object.entries(values)
    .flatMap(([table, columns]) => {
      return database.prepare(`SELECT '${table}' AS at FROM ${table} WHERE checksum <> checksum_of(${columns})`).all()
    })
    .map(({ at }) => String(at))
}

function inMemory(t: TestContext): DatabaseSync {
  const database = new DatabaseSync(':memory:')
  t.after(() => database.close())
  return database
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
}
