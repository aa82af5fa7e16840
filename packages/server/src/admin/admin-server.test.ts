import { Community, type Addressed, type ConnectionId, type NodeId } from '@parley/core'
import { named } from '@parley/core/suites'
import { MemoryStore, PlainPasswords, SeededRandom, VirtualClock } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, it, type TestContext } from 'node:test'
import { silentLogger } from '../logger.ts'
import { LocalLog } from '../log/local-log.ts'
import { scratchDirectory, startProcess } from '../../testing/scratch.ts'
import { AccountAdmin } from './account-admin.ts'
import { startAdminServer, type AdminServer, type AdminServerParts } from './admin-server.ts'
import { administrationOf } from './administration.ts'
import { askServer } from './ask-server.ts'
import { HookAdmin } from './hook-admin.ts'
import type { AdminRequest } from './requests.ts'

const carol = named('Carol')

describe('the socket of a running server', () => {
  it('adds accounts, lists and finds them, changes their passwords and removes them', async (t) => {
    const { ask, community } = await listening(t)
    assert.deepEqual(await ask({ do: 'user.add', name: carol, password: 'ge "heim" 🔑' }), { ok: true, value: 'Carol' })
    assert.deepEqual(await ask({ do: 'user.add', name: named('bob'), password: 'x' }), { ok: true, value: 'bob' })
    assert.deepEqual(await ask({ do: 'user.list' }), { ok: true, value: ['bob', 'Carol'] })
    assert.deepEqual(await ask({ do: 'user.find', name: named('CAROL') }), { ok: true, value: 'Carol' })
    assert.equal(community.accounts.find(carol)?.hash, 'plain:ge "heim" 🔑')
    const changed = await ask({ do: 'user.password', name: named('carol'), password: 'neu' })
    assert.deepEqual(changed, { ok: true, value: 'Carol' })
    assert.equal(community.accounts.find(carol)?.hash, 'plain:neu')
    assert.deepEqual(await ask({ do: 'user.remove', name: named('cAROL') }), { ok: true, value: 'Carol' })
    assert.deepEqual(await ask({ do: 'user.list' }), { ok: true, value: ['bob'] })
  })

  it('says why it did nothing', async (t) => {
    const { ask, store } = await listening(t)
    await ask({ do: 'user.add', name: carol, password: 'x' })
    const unknown = { ok: false, fail: 'no-such-account' }
    const eve = named('eve')
    assert.deepEqual(await ask({ do: 'user.add', name: named('CAROL'), password: 'y' }), {
      ok: false,
      fail: 'account-exists',
    })
    assert.deepEqual(await ask({ do: 'user.find', name: eve }), unknown)
    assert.deepEqual(await ask({ do: 'user.password', name: eve, password: 'x' }), unknown)
    assert.deepEqual(await ask({ do: 'user.remove', name: eve }), unknown)
    store.full = true
    assert.deepEqual(await ask({ do: 'user.add', name: eve, password: 'x' }), { ok: false, fail: 'unavailable' })
  })

  it('of many who add one name at once lets one succeed', async (t) => {
    const { ask } = await listening(t)
    const all = Array.from({ length: 8 }, () => ask({ do: 'user.add', name: carol, password: 'x' }))
    const results = await Promise.all(all)
    assert.equal(results.filter((result) => 'value' in result).length, 1)
  })

  it('ends the connections of an account at once', async (t) => {
    const { ask, submit, heard, community } = await listening(t)
    const arrive = async (id: string, proof: { version: number } | null) => {
      const capabilities = {} as never
      await new Promise((resolve) => {
        const who = { connection: id as ConnectionId, node: 'n' as NodeId, name: carol, proof, capabilities }
        void submit({ do: 'arrive', ...who, address: 'a', exclusive: true }, resolve)
      })
    }
    const ended = () => {
      const events = heard.splice(0).map(({ event, ...to }) => ({ kind: event.kind, ...to }))
      return events.filter(({ kind }) => kind === 'ended').map((event) => 'connection' in event && event.connection)
    }
    const present = () => ({ version: community.accounts.find(carol)!.version })
    await arrive('guest', null)
    await ask({ do: 'user.add', name: carol, password: 'x' })
    assert.deepEqual(ended(), ['guest'])
    await arrive('first', present())
    await ask({ do: 'user.password', name: carol, password: 'y' })
    assert.deepEqual(ended(), ['first'])
    await arrive('second', present())
    await ask({ do: 'user.remove', name: carol })
    assert.deepEqual(ended(), ['second'])
  })

  it('is for this user alone from the moment it is made, whatever else the process makes', async (t) => {
    const before = process.umask(0)
    const starting = listening(t)
    process.umask(before)
    const { directory } = await starting
    assert.equal(statSync(join(directory, 'admin.sock')).mode & 0o777, 0o600)
    assert.equal(process.umask(), before)
  })

  it('writes down who was changed, and no password and no hash', async (t) => {
    const { ask, logged } = await listening(t)
    await ask({ do: 'user.add', name: carol, password: 'geheim' })
    await ask({ do: 'user.password', name: carol, password: 'geheim' })
    await ask({ do: 'user.list' })
    await ask({ do: 'user.remove', name: carol })
    assert.deepEqual(
      logged.map((line) => JSON.parse(line)),
      ['user.add', 'user.password', 'user.remove'].map((what) => ({ do: what, user: 'Carol' })),
    )
  })
})

describe('what is no request', () => {
  const garbage: Readonly<Record<string, readonly [string | Uint8Array, string]>> = {
    'an empty line': ['\n', 'bad-request'],
    'no JSON': ['{"version":1,\n', 'bad-request'],
    'no object': ['["user.list"]\n', 'bad-request'],
    'another version': ['{"version":2,"do":"user.list"}\n', 'unknown-version'],
    'no version': ['{"do":"user.list"}\n', 'unknown-version'],
    'an unknown command': ['{"version":1,"do":"constructor","name":"Carol"}\n', 'bad-request'],
    'no name': ['{"version":1,"do":"user.remove"}\n', 'bad-request'],
    'a name of another type': ['{"version":1,"do":"user.remove","name":7}\n', 'bad-request'],
    'a name that is none': ['{"version":1,"do":"user.remove","name":"a-b"}\n', 'name-invalid'],
    'a reserved name': ['{"version":1,"do":"user.add","name":"server","password":"x"}\n', 'name-reserved'],
    'no password': ['{"version":1,"do":"user.add","name":"Carol"}\n', 'bad-request'],
    'an empty password': ['{"version":1,"do":"user.password","name":"Carol","password":""}\n', 'bad-request'],
    'no UTF-8': [Uint8Array.of(0x22, 0xff, 0x22, 0x0a), 'not-utf-8'],
    HTTP: ['GET / HTTP/1.1\r\n\r\n', 'bad-request'],
    'a line without an end': ['{"version":1,"do":"user.list"}', 'no-line'],
    'a line too long': [`${'x'.repeat(2_000)}\n`, 'too-long'],
    'a line too long without an end': ['x'.repeat(2_000), 'too-long'],
  }
  for (const [what, [said, reason]] of Object.entries(garbage))
    it(`gets an error and the end: ${what}`, async (t) => {
      const { directory, ask } = await listening(t, { limits: { ms: 60_000, bytes: 1_000 } })
      const reply = JSON.parse(await sayAndEnd(directory, said))
      assert.deepEqual([reply.ok, reply.fail, reply.version], [false, reason, 1])
      assert.equal(typeof reply.message, 'string')
      assert.deepEqual(await ask({ do: 'user.list' }), { ok: true, value: [] })
    })

  it('gets an error and the end when it does not come', async (t) => {
    const { directory } = await listening(t, { limits: { ms: 20, bytes: 1_000 } })
    const socket = connect(join(directory, 'admin.sock'))
    t.after(() => socket.destroy())
    socket.write('{"version":1,')
    assert.equal(JSON.parse(await text(socket)).fail, 'too-slow')
  })

  it('is not looked for behind the first line, which may come in pieces', async (t) => {
    const { directory, community } = await listening(t)
    const socket = connect(join(directory, 'admin.sock'))
    t.after(() => socket.destroy())
    const add = (name: string) => `{"version":1,"do":"user.add","name":"${name}","password":"ü"}\n`
    const bytes = Buffer.from(`${add('Carol')}${add('Eve')}`)
    for (const byte of bytes) socket.write(Uint8Array.of(byte))
    assert.deepEqual(JSON.parse(await text(socket)), { ok: true, value: 'Carol' })
    assert.deepEqual(
      community.accounts.list().map(({ name, hash }) => [name, hash]),
      [['Carol', 'plain:ü']],
    )
  })
})

describe('the file of the socket', () => {
  it('is replaced where a server that was killed has left it', async (t) => {
    const directory = scratchDirectory(t)
    const code = `
      const { createServer } = await import('node:net')
      createServer().listen(process.argv[1] + '/admin.sock', () => console.log('listening'))`
    const other = startProcess(t, code, [directory])
    await other.lines.next()
    await other.kill()
    assert.ok(lstatSync(join(directory, 'admin.sock')).isSocket())
    assert.equal(await askServer(directory, { do: 'user.list' }), null)
    const { ask } = await listening(t, { directory })
    assert.deepEqual(await ask({ do: 'user.list' }), { ok: true, value: [] })
  })

  it('is never anything else: what is in the way stays, and is named', async (t) => {
    const directory = scratchDirectory(t)
    const file = join(directory, 'admin.sock')
    writeFileSync(file, 'precious')
    const started = await startAdminServer({
      directory,
      admin: null as never,
      hooks: null as never,
      saved: async () => {},
      logger: silentLogger,
    })
    assert.ok(!started.ok)
    assert.equal(started.message, `${file} is in the way and no socket; remove it`)
    assert.equal(readFileSync(file, 'utf8'), 'precious')
    assert.equal(await askServer(directory, { do: 'user.list' }), null)
  })

  it('is gone after the end, whoever was connected', async (t) => {
    const { directory, server } = await listening(t)
    const idle = connect(join(directory, 'admin.sock'))
    await new Promise((resolve) => idle.once('connect', resolve))
    await server.close()
    assert.equal(await text(idle), '')
    assert.deepEqual(readdirSync(directory), [])
  })

  it('is closed only when whoever has said a line has the reply', async (t) => {
    const passwords = new SlowPasswords()
    const { ask, server } = await listening(t, {}, passwords)
    const asked = ask({ do: 'user.add', name: carol, password: 'x' })
    await passwords.asked
    const closed = server.close()
    passwords.release()
    assert.deepEqual(await asked, { ok: true, value: 'Carol' })
    await closed
  })

  it(
    'is in the data directory, however long the path of that one is',
    { skip: !existsSync('/proc/self/fd') },
    async (t) => {
      const directory = join(scratchDirectory(t), 'd'.repeat(120), 'd'.repeat(120))
      mkdirSync(directory, { recursive: true })
      const { ask, server } = await listening(t, { directory })
      assert.ok(lstatSync(join(directory, 'admin.sock')).isSocket())
      assert.equal(statSync(join(directory, 'admin.sock')).mode & 0o777, 0o600)
      assert.deepEqual(await ask({ do: 'user.list' }), { ok: true, value: [] })
      const before = readdirSync('/proc/self/fd').length
      await ask({ do: 'user.list' })
      assert.equal(readdirSync('/proc/self/fd').length, before)
      await server.close()
      assert.deepEqual(readdirSync(directory), [])
    },
  )

  it('that cannot be made is named with the reason', async (t) => {
    const directory = join(scratchDirectory(t), 'nowhere')
    const started = await startAdminServer({
      directory,
      admin: null as never,
      hooks: null as never,
      saved: async () => {},
      logger: silentLogger,
    })
    assert.ok(!started.ok)
    assert.ok(started.message.startsWith(`cannot listen at ${join(directory, 'admin.sock')}: `))
    assert.equal(existsSync(dirname(directory)), true)
  })
})

interface Listening {
  readonly directory: string
  readonly server: AdminServer
  readonly community: Community
  readonly store: MemoryStore
  readonly submit: LocalLog['submit']
  readonly heard: Addressed[]
  /** The fields of what was logged, as JSON. */
  readonly logged: string[]
  ask(request: AdminRequest): Promise<object>
}

/** An administration over a community in memory. */
async function listening(
  t: TestContext,
  given: Partial<AdminServerParts> = {},
  passwords = new PlainPasswords(),
): Promise<Listening> {
  const directory = given.directory ?? scratchDirectory(t)
  const community = new Community()
  const store = new MemoryStore()
  const heard: Addressed[] = []
  const deliver = (events: readonly Addressed[]) => void heard.push(...events)
  const parts = {
    community,
    store,
    clock: new VirtualClock(),
    random: new SeededRandom(1),
    deliver,
    logger: silentLogger,
  }
  const log = new LocalLog(parts, { at: 0, reserved: 0, free: 0 })
  const submit: LocalLog['submit'] = (command, told) => log.submit(command, told)
  const logged: string[] = []
  const hear = (fields: object) => void logged.push(JSON.stringify(fields))
  const started = await startAdminServer({
    directory,
    admin: administrationOf(new AccountAdmin({ submit, accounts: community.accounts, passwords }), null as never),
    hooks: new HookAdmin({ submit, hooks: community.hooks, random: new SeededRandom(2) }),
    saved: async () => {},
    logger: { debug: hear, info: hear, warn: hear, error: hear },
    ...given,
  })
  assert.ok(started.ok, started.ok ? '' : started.message)
  t.after(() => started.value.close())
  const ask = async (request: AdminRequest) => {
    const asked = await askServer(directory, request)
    assert.ok(asked?.ok, JSON.stringify(asked))
    return asked.result
  }
  return { directory, server: started.value, community, store, submit, heard, logged, ask }
}

/** Everything that the server says to somebody who says this and ends. */
async function sayAndEnd(directory: string, said: string | Uint8Array): Promise<string> {
  const socket = connect(join(directory, 'admin.sock'))
  socket.on('error', () => {})
  socket.end(said)
  return text(socket)
}

class SlowPasswords extends PlainPasswords {
  release: () => void = () => {}
  #ask: () => void = () => {}
  readonly asked = new Promise<void>((resolve) => (this.#ask = resolve))
  readonly #released = new Promise<void>((resolve) => (this.release = resolve))

  override async hash(password: string): Promise<string> {
    this.#ask()
    await this.#released
    return super.hash(password)
  }
}
