import { ChatError } from '@parley/client'
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { FakeChat, fakeWorld } from './fake-chat.ts'
import { FakeStreams } from './fake-streams.ts'
import { signIn } from './login.ts'

const url = 'json://alice@localhost'
const transient = { transient: true }

test('a password comes from the file, else from the environment, else there is none', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parley-login-'))
  const passwordFile = join(directory, 'password')
  await writeFile(passwordFile, 'from file\r\nmore\n')
  const { world, dialled } = fakeWorld(new FakeChat(), new FakeStreams({ piped: '' }), { PARLEY_PASSWORD: 'from env' })
  await signIn(url, { passwordFile }, world, transient)
  await signIn(url, {}, world, transient)
  await signIn(url, {}, { ...world, environment: {} }, transient)
  await rm(directory, { recursive: true })
  assert.deepEqual(
    dialled.map(({ password }) => password),
    ['from file', 'from env', undefined],
  )
})

test('a name that turns out to be registered is asked for its password on a terminal, without echo', async () => {
  const chat = new FakeChat()
  chat.answers['dial '] = new ChatError('name-taken', 'the name is in use')
  const streams = new FakeStreams({ typed: ['geheim\r'] })
  const { world, dialled } = fakeWorld(chat, streams)
  assert.ok((await signIn(url, {}, world, transient)).ok)
  assert.deepEqual(dialled.at(-1)?.password, 'geheim')
  assert.equal(streams.complaints, 'Password of alice: \n')
  assert.equal(streams.written, '')
  assert.deepEqual(streams.raw.at(-1), false)
})

test('cp is asked at once, since nobody is there without a password, and Ctrl-C gives up', async () => {
  const cp = fakeWorld(new FakeChat('cp'), new FakeStreams({ typed: ['geheim\r'] }))
  assert.ok((await signIn('cp://alice@localhost', {}, cp.world, transient)).ok)
  assert.deepEqual(cp.dialled, [{ url: 'cp://alice@localhost', password: 'geheim' }])
  const streams = new FakeStreams({ typed: ['geh\u0003'] })
  const given = fakeWorld(new FakeChat('cp'), streams)
  assert.deepEqual(await signIn('cp://alice@localhost', {}, given.world, transient), { ok: false, code: 1 })
  assert.equal(streams.complaints, 'Password of alice: \nerror: no password was given.\n')
})

test('without a terminal nobody is asked, and what to do is said', async () => {
  const chat = new FakeChat()
  chat.answers['dial '] = new ChatError('name-taken', 'the name is in use')
  const streams = new FakeStreams({ piped: '' })
  assert.deepEqual(await signIn(url, {}, fakeWorld(chat, streams).world, transient), { ok: false, code: 1 })
  assert.match(
    streams.complaints,
    /^error: the name is in use: choose another .*--password-file FILE or PARLEY_PASSWORD/,
  )
})

test('wrong usage ends with 2 and names what is wrong', async () => {
  const rows: [string, object, RegExp][] = [
    ['alice@localhost', {}, /write PROTOCOL:\/\/NAME@HOST:PORT/],
    ['json://alice:geheim@localhost', {}, /a password does not belong into a URL/],
    ['json://al%ice@localhost', {}, /"json:\/\/al%ice@localhost": what stands behind a % in a name/],
    ['jsn://alice@localhost', {}, /there is no protocol "jsn"/],
    [url, { passwordFile: 'no-such-file' }, /--password-file no-such-file: there is no such file/],
    [url, { filePort: '70000' }, /--file-port cannot be "70000"/],
    [url, { ca: 'no-such-file' }, /--ca no-such-file: there is no such file/],
  ]
  for (const [where, options, message] of rows) {
    const streams = new FakeStreams({ piped: '' })
    const { world, dialled } = fakeWorld(new FakeChat(), streams)
    assert.deepEqual(await signIn(where, options, world, transient), { ok: false, code: 2 })
    assert.match(streams.complaints, message)
    assert.deepEqual(dialled, [])
  }
})

test('the interop profile is one of three, and not beside --no-seal', async () => {
  const streams = new FakeStreams({ piped: '' })
  const { world } = fakeWorld(new FakeChat(), streams)
  const said: (string | undefined)[] = []
  const dial: typeof world.dial = (where, options) => {
    said.push(options.interopProfile)
    return world.dial(where, options)
  }
  for (const interopProfile of ['ident', 'helo', 'json']) {
    assert.ok((await signIn(url, { interopProfile }, { ...world, dial }, transient)).ok)
  }
  assert.ok((await signIn(url, {}, { ...world, dial }, transient)).ok)
  assert.deepEqual(said, ['ident', 'helo', 'json', undefined])
  for (const wrong of [{ interopProfile: 'cp' }, { interopProfile: 'json', seal: false }]) {
    assert.deepEqual(await signIn(url, wrong, { ...world, dial }, transient), { ok: false, code: 2 })
  }
  assert.equal(said.length, 4)
  assert.match(
    streams.complaints,
    /--interop-profile cannot be "cp"; write ident, helo or json[^]*--interop-profile and --no-seal cannot stand together/,
  )
})
