import { named } from '@parley/core/suites'
import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { silentLogger } from '../logger.ts'
import { Argon2Passwords } from '../passwords/argon2-passwords.ts'
import { lockDataDirectory } from '../store/directory-lock.ts'
import { scratchDirectory, startProcess } from '../../testing/scratch.ts'
import { openLocalSqliteStore } from '../store/sqlite-store.ts'
import { administer } from './administer.ts'

const carol = named('Carol')

describe('a data directory that no server holds', () => {
  it('is opened: what was changed is there for the next one', async (t) => {
    const directory = scratchDirectory(t)
    const added = await administer(directory, { do: 'user.add', name: carol, password: 'geheim' })
    assert.deepEqual(added, { ok: true, result: { ok: true, value: 'Carol' } })
    const again = await administer(directory, { do: 'user.add', name: named('CAROL'), password: 'x' })
    assert.deepEqual(again, { ok: true, result: { ok: false, fail: 'account-exists' } })
    await administer(directory, { do: 'user.add', name: named('bob'), password: 'x' })
    const changed = await administer(directory, { do: 'user.password', name: named('carol'), password: 'neu' })
    assert.deepEqual(changed, { ok: true, result: { ok: true, value: 'Carol' } })
    await administer(directory, { do: 'user.remove', name: named('bob') })

    const listed = await administer(directory, { do: 'user.list' })
    assert.deepEqual(listed, { ok: true, result: { ok: true, value: ['Carol'] } })
    const store = openLocalSqliteStore(directory, silentLogger)
    assert.ok(store.ok)
    const state = await store.value.load()
    await store.value.close()
    assert.ok(state.ok)
    const [account] = state.value.accounts
    assert.equal(await new Argon2Passwords().verify(account!.hash, 'neu'), true)
    assert.deepEqual([account!.version, state.value.seq], [3, 4])
    assert.equal(existsSync(join(directory, 'admin.sock')), false)
    const lock = lockDataDirectory(directory)
    assert.ok(lock.ok)
    lock.value.release()
  })

  it('is opened by one command after the other, however many there are', async (t) => {
    const directory = scratchDirectory(t)
    const names = ['ann', 'bob', 'Carol']
    const adding = names.map((name) => administer(directory, { do: 'user.add', name: named(name), password: 'x' }))
    assert.deepEqual(
      await Promise.all(adding),
      names.map((value) => ({ ok: true, result: { ok: true, value } })),
    )
    assert.deepEqual(await administer(directory, { do: 'user.list' }), { ok: true, result: { ok: true, value: names } })
  })

  it('is made for a new account only', async (t) => {
    const directory = join(scratchDirectory(t), 'typo')
    for (const request of [
      { do: 'user.list' },
      { do: 'user.remove', name: carol },
      { do: 'user.password', name: carol, password: 'x' },
    ] as const) {
      const asked = await administer(directory, request)
      assert.ok(!asked.ok)
      assert.ok(asked.message.startsWith(`There is no data directory ${directory}. Name the one of your server`))
    }
    const found = await administer(directory, { do: 'user.find', name: carol })
    assert.deepEqual(found, { ok: true, result: { ok: false, fail: 'no-such-account' } })
    assert.equal(existsSync(directory), false)
    const added = await administer(directory, { do: 'user.add', name: carol, password: 'x' })
    assert.deepEqual(added, { ok: true, result: { ok: true, value: 'Carol' } })
  })

  it('is named where it cannot be used', async (t) => {
    const file = join(scratchDirectory(t), 'file')
    writeFileSync(file, '')
    const asked = await administer(file, { do: 'user.list' })
    assert.ok(!asked.ok)
    assert.ok(asked.message.startsWith(`Cannot use the data directory ${file}: it is not a directory.`))
  })

  it('is named where its database cannot be read', async (t) => {
    const directory = scratchDirectory(t)
    writeFileSync(join(directory, 'parley.db'), 'no database '.repeat(500))
    const asked = await administer(directory, { do: 'user.list' })
    assert.ok(!asked.ok)
    assert.match(asked.message, /parley\.db is damaged: file is not a database/)
  })
})

describe('a data directory that a server holds', () => {
  it('is asked for at its socket, also when that comes only after a while', async (t) => {
    const directory = scratchDirectory(t)
    held(t, directory)
    const asking = administer(directory, { do: 'user.list' })
    await new Promise((resolve) => setTimeout(resolve, 60))
    await replying(t, directory, (socket) => socket.end('{"ok":true,"value":["Zed"]}\n'))
    assert.deepEqual(await asking, { ok: true, result: { ok: true, value: ['Zed'] } })
  })

  it('is opened when that server has gone', async (t) => {
    const directory = scratchDirectory(t)
    const release = held(t, directory)
    const asking = administer(directory, { do: 'user.list' })
    setTimeout(release, 60)
    assert.deepEqual(await asking, { ok: true, result: { ok: true, value: [] } })
  })

  it('is left alone where that one does not listen, and its holder is named', async (t) => {
    const directory = scratchDirectory(t)
    const other = startProcess(
      t,
      `const { lockDataDirectory } = await import('$directory-lock')
       console.log(lockDataDirectory(process.argv[1]).ok)
       setInterval(() => {}, 1000)`,
      [directory],
    )
    assert.equal((await other.lines.next()).value, 'true')
    const asked = await administer(directory, { do: 'user.list' }, 0)
    assert.ok(!asked.ok)
    assert.match(asked.message, new RegExp(`process ${other.child.pid} on .* It does not listen at .*admin\\.sock\\.$`))
  })

  const replies = {
    'nothing at all': ['', /did not reply, and may have done it or not\. See with parley user list/],
    'half a line': ['{"ok":true,', /did not reply/],
    'no object': ['[]\n', /did not reply/],
    'no result': ['{"ok":true}\n', /did not reply/],
    'a refusal': [
      '{"ok":false,"fail":"unknown-version","version":2,"message":"This server speaks version 2."}\n',
      /^The running server refused: This server speaks version 2\.$/,
    ],
  } as const
  for (const [what, [said, message]] of Object.entries(replies))
    it(`may say ${what}, which is told`, async (t) => {
      const directory = scratchDirectory(t)
      held(t, directory)
      await replying(t, directory, (socket) => socket.end(said))
      const asked = await administer(directory, { do: 'user.list' })
      assert.ok(!asked.ok)
      assert.match(asked.message, message)
    })

  it('is asked whatever the result is', async (t) => {
    const directory = scratchDirectory(t)
    held(t, directory)
    const heard: string[] = []
    await replying(t, directory, (socket, line) => {
      heard.push(line)
      socket.end('{"ok":false,"fail":"unavailable"}\n')
    })
    const asked = await administer(directory, { do: 'user.add', name: carol, password: 'a"b' })
    assert.deepEqual(asked, { ok: true, result: { ok: false, fail: 'unavailable' } })
    assert.deepEqual(heard, ['{"version":1,"do":"user.add","name":"Carol","password":"a\\"b"}\n'])
  })
})

function held(t: TestContext, directory: string): () => void {
  const lock = lockDataDirectory(directory)
  assert.ok(lock.ok)
  t.after(() => lock.value.release())
  return () => lock.value.release()
}

/** Somebody who listens at the socket, and does this with what is said there. */
async function replying(
  t: TestContext,
  directory: string,
  reply: (socket: Socket, line: string) => void,
): Promise<void> {
  const server = createServer((socket) => socket.once('data', (line) => reply(socket, line.toString())))
  await new Promise<void>((resolve) => server.listen(join(directory, 'admin.sock'), resolve))
  t.after(() => new Promise((resolve) => server.close(resolve)))
}
