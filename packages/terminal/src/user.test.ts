import { sameName } from '@parley/core'
import { PlainPasswords } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { FakeStreams } from './fake-streams.ts'
import { run } from './index.ts'
import {
  Argon2Passwords,
  HookAdmin,
  lockDataDirectory,
  openLocalSqliteStore,
  silentLogger,
  startAdminServer,
  systemRandom,
} from '@parley/server'
import { MemoryServer } from '@parley/server/testing'

describe('parley user', () => {
  let data: string

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'parley-user-'))
  })
  afterEach(() => rm(data, { recursive: true }))

  async function user(args: readonly string[], piped?: string | Uint8Array) {
    const streams = new FakeStreams(piped === undefined ? { piped: '' } : { piped })
    const stdin = piped === undefined ? [] : ['--password-stdin']
    const code = await run(['user', ...args, '--data', data, ...stdin], streams)
    return [code, streams.written, streams.complaints]
  }

  async function passwordIs(name: string, password: string): Promise<boolean> {
    const store = openLocalSqliteStore(data, silentLogger)
    assert.ok(store.ok)
    const state = await store.value.load()
    await store.value.close()
    assert.ok(state.ok)
    const account = state.value.accounts.find((each) => sameName(each.name, name))
    return new Argon2Passwords().verify(account?.hash ?? null, password)
  }

  test('a name is registered, listed as it was written, given another password and removed', async () => {
    assert.deepEqual(await user(['add', 'Carol'], 'geheim\r\nrest'), [0, 'Registered Carol.\n', ''])
    assert.deepEqual(await user(['add', 'bob'], 'geheim'), [0, 'Registered bob.\n', ''])
    assert.deepEqual(await user(['list']), [0, 'bob\nCarol\n', ''])
    assert.deepEqual(await user(['promote', 'CAROL']), [0, 'CAROL is an admin.\n', ''])
    assert.deepEqual(await user(['list']), [0, 'bob\nCarol\tadmin\n', ''])
    assert.deepEqual(await user(['demote', 'Carol']), [0, 'Carol is no admin any more.\n', ''])
    assert.deepEqual(await user(['promote', 'eve']), [
      1,
      '',
      'error: Nobody is registered as eve; parley user list shows who is.\n',
    ])
    assert.ok(await passwordIs('carol', 'geheim'))

    assert.deepEqual(await user(['passwd', 'CAROL'], 'neu\n'), [0, 'Changed the password of Carol.\n', ''])
    assert.ok(await passwordIs('carol', 'neu'))

    assert.deepEqual(await user(['remove', 'carol']), [0, 'Removed Carol and what waited for it.\n', ''])
    assert.deepEqual(await user(['list']), [0, 'bob\n', ''])
  })

  test('a password is the first line of a file', async () => {
    const file = join(data, 'password.txt')
    await writeFile(file, 'geheim\nrest')
    const streams = () => new FakeStreams({ piped: '' })
    const args = ['user', 'add', 'erin', '--data', data, '--password-file']
    const missing = streams()
    assert.equal(await run([...args, join(data, 'none')], missing), 1)
    assert.match(missing.complaints, /--password-file cannot be read/)
    const both = streams()
    assert.equal(await run([...args, file, '--password-stdin'], both), 1)
    assert.match(both.complaints, /leave one of them out/)
    assert.equal(await run([...args, file], streams()), 0)
    assert.ok(await passwordIs('erin', 'geheim'))
  })

  test('a password is asked for on a terminal', async () => {
    const streams = new FakeStreams({ typed: ['geheim\r', 'geheim\r'] })
    assert.equal(await run(['user', 'add', 'dave', '--data', data], streams), 0)
    assert.ok(await passwordIs('dave', 'geheim'))
  })

  test('a name that is taken and names that nobody has are told with what to do', async () => {
    await user(['add', 'bob'], 'geheim')
    const taken = 'error: The name BOB is registered already; parley user passwd BOB changes its password.\n'
    assert.deepEqual(await user(['add', 'BOB'], 'x'), [1, '', taken])
    const unknown = 'error: Nobody is registered as eve; parley user list shows who is.\n'
    assert.deepEqual(await user(['passwd', 'eve'], 'x'), [1, '', unknown])
    assert.deepEqual(await user(['remove', 'eve']), [1, '', unknown])
  })

  test('a password that nobody could use is refused and registers nobody', async () => {
    const rows: [string | Uint8Array | undefined, RegExp][] = [
      ['', /^error: The password is empty; choose one\.\n$/],
      ['\n', /password is empty/],
      ['a\tb', /control character/],
      ['a\u0085b', /control character/],
      [Uint8Array.of(0x61, 0xff), /not UTF-8/],
      ['x'.repeat(1_025), /longer than 1024 bytes/],
      [
        undefined,
        /no terminal to ask for the password; name a file with --password-file, or pipe it in and add --password-stdin/,
      ],
    ]
    for (const [password, message] of rows) {
      const [code, , complaints] = await user(['add', 'bob'], password)
      assert.equal(code, 1)
      assert.match(String(complaints), message)
    }
    assert.deepEqual(await user(['list']), [0, '', ''])
  })

  test('a name or password that a protocol cannot take is warned of', async () => {
    const [code, , complaints] = await user(['add', 'carol_the_great'], 'correct horse battery')
    assert.equal(code, 0)
    assert.deepEqual(
      String(complaints)
        .trimEnd()
        .split('\n')
        .map((line) => /^warning: .*(over \w+(?: and \w+)?|sign in there)\.$/.exec(line)?.[1]),
      ['over cp', 'over ident and json', 'over cp', 'sign in there'],
    )
    assert.match(String((await user(['add', 'al'], 'x'))[2]), /^warning: "al" is shorter .* over ident and json\.\n$/)
    assert.equal((await user(['add', 'exactly_10'], 'exactly 15 byte'.replaceAll(' ', '_')))[2], '')
  })

  test('a name outside the rules is wrong usage', async () => {
    assert.deepEqual(await user(['add', 'a-b'], 'x'), [
      2,
      '',
      'error: "a-b": a name is 1 to 32 letters (A-Z, a-z), digits and underscores.\n',
    ])
    assert.match(String((await user(['add', 'Server'], 'x'))[2]), /reserved; choose another/)
  })

  test('a server that holds the data directory is asked, and its accounts change at once', async () => {
    const lock = lockDataDirectory(data)
    assert.ok(lock.ok)
    const { community, composed } = await MemoryServer.start()
    const passwords = new PlainPasswords()
    const admin = composed.administration
    const hooks = new HookAdmin({ submit: composed.submit, hooks: community.hooks, random: systemRandom })
    const started = await startAdminServer({
      directory: data,
      admin,
      hooks,
      saved: async () => {},
      logger: silentLogger,
    })
    assert.ok(started.ok)
    const accounts = () => community.accounts.list()

    assert.deepEqual(await user(['add', 'Carol'], 'geheim'), [0, 'Registered Carol.\n', ''])
    assert.deepEqual(
      accounts().map(({ name }) => name),
      ['Carol'],
    )
    assert.deepEqual(await user(['list']), [0, 'Carol\n', ''])
    assert.deepEqual(await user(['passwd', 'carol'], 'neu'), [0, 'Changed the password of Carol.\n', ''])
    assert.ok(await passwords.verify(accounts()[0]!.hash, 'neu'))
    assert.deepEqual(await user(['remove', 'carol']), [0, 'Removed Carol and what waited for it.\n', ''])
    assert.deepEqual(accounts(), [])
    await started.value.close()
    lock.value.release()
  })

  test('the data directory is free while somebody types a password', async () => {
    const streams = new FakeStreams({ typed: [] })
    const adding = run(['user', 'add', 'dave', '--data', data], streams)
    await once(streams.errors, 'readable')
    const lock = lockDataDirectory(data)
    assert.ok(lock.ok)
    lock.value.release()
    streams.input.write('geheim\r')
    streams.input.write('geheim\r')
    assert.equal(await adding, 0)
  })

  test('a data directory that is none is named', async () => {
    const file = join(data, 'plain')
    await writeFile(file, '')
    const streams = new FakeStreams({ piped: '' })
    assert.equal(await run(['user', 'list', '--data', file], streams), 1)
    assert.ok(streams.complaints.includes(file))
  })
})
