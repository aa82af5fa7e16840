import { ChatError } from '@parley/client'
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { FakeChat, fakeEnvironment } from './fake-chat.ts'
import { FakeStreams } from './fake-streams.ts'
import { signIn } from './login.ts'

const url = 'json://alice@localhost'
const transient = { transient: true }

test('a password comes from the file, else from the environment, else there is none', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parley-login-'))
  const passwordFile = join(directory, 'password')
  await writeFile(passwordFile, 'from file\r\nmore\n')
  const { environment, dialled } = fakeEnvironment(new FakeChat(), new FakeStreams({ piped: '' }), {
    PARLEY_PASSWORD: 'from env',
  })
  await signIn(url, { passwordFile }, environment, transient)
  await signIn(url, {}, environment, transient)
  await signIn(url, {}, { ...environment, variables: {} }, transient)
  await rm(directory, { recursive: true })
  assert.deepEqual(
    dialled.map(({ password }) => password),
    ['from file', 'from env', undefined],
  )
})

const taken = () => new ChatError('name-taken', 'the name is in use')

/** Signs in on a terminal where these keys are pressed, to a server where the name alice has the password geheim. */
async function onTerminal(typed: readonly string[], where = url) {
  const chat = new FakeChat(/^\w+/.exec(where)?.[0])
  for (const password of ['', 'one', 'two', 'three']) chat.answers[`dial ${password}`] = taken()
  const streams = new FakeStreams({ typed })
  const { environment, dialled } = fakeEnvironment(chat, streams)
  const dial: typeof environment.dial = (at, options) => {
    if (!at.includes('alice@')) delete chat.answers['dial ']
    return environment.dial(at, options)
  }
  const signedIn = await signIn(where, {}, { ...environment, dial }, transient)
  return { signedIn, dialled, streams, said: streams.complaints }
}

const question = 'The name alice is in use, or registered. Another name, or Enter if alice is yours: '

test('whose name is taken is asked for another one, which is shown as it is typed', async () => {
  const { signedIn, dialled, said } = await onTerminal(['alicf\b', 'e2\r'])
  assert.ok(signedIn.ok)
  assert.deepEqual(dialled, [
    { url, password: undefined },
    { url: 'json://alice2@localhost', password: undefined },
  ])
  assert.equal(said, `${question}alicf\b \be2\n`)
})

test('whose own name it is gives its password, without echo, and again after a mistake', async () => {
  const { signedIn, dialled, streams, said } = await onTerminal(['\rone\r', 'geheim\r'])
  assert.ok(signedIn.ok)
  assert.deepEqual(
    dialled.map(({ password }) => password),
    [undefined, 'one', 'geheim'],
  )
  const wrong = 'the password of alice is wrong, or alice is signed in already.'
  assert.equal(said, `${question}\nPassword of alice: \n${wrong}\nPassword of alice: \n`)
  assert.equal(streams.written, '')
  assert.deepEqual(streams.raw.at(-1), false)
})

test('after three wrong passwords it ends', async () => {
  const { signedIn, dialled, said } = await onTerminal(['\rone\rtwo\rthree\r', 'geheim\r'])
  assert.deepEqual([signedIn, dialled.length], [{ ok: false, code: 1 }, 4])
  assert.match(said, /error: the password of alice is wrong, or alice is signed in already\.\n$/)
})

test('over chatos, which has no place for a password, only another name helps', async () => {
  const { signedIn, said } = await onTerminal(['\r'], 'chatos://alice@localhost')
  assert.deepEqual(signedIn, { ok: false, code: 1 })
  assert.equal(said, 'The name alice is in use, or registered. Another name: \nerror: no other name was given.\n')
})

test('cp is asked at once, since nobody is there without a password, and Ctrl-C gives up', async () => {
  const cp = fakeEnvironment(new FakeChat('cp'), new FakeStreams({ typed: ['geheim\r'] }))
  assert.ok((await signIn('cp://alice@localhost', {}, cp.environment, transient)).ok)
  assert.deepEqual(cp.dialled, [{ url: 'cp://alice@localhost', password: 'geheim' }])
  const streams = new FakeStreams({ typed: ['geh\u0003'] })
  const given = fakeEnvironment(new FakeChat('cp'), streams)
  assert.deepEqual(await signIn('cp://alice@localhost', {}, given.environment, transient), { ok: false, code: 1 })
  assert.equal(streams.complaints, 'Password of alice: \nerror: no password was given.\n')
})

test('without a terminal nobody is asked, and what to do is said', async () => {
  const unasked = async (where: string, password?: string) => {
    const chat = new FakeChat()
    chat.answers[`dial ${password ?? ''}`] = taken()
    const streams = new FakeStreams({ piped: '' })
    const { environment } = fakeEnvironment(chat, streams, { PARLEY_PASSWORD: password })
    assert.deepEqual(await signIn(where, {}, environment, transient), { ok: false, code: 1 })
    return streams.complaints
  }
  const give = 'with --password-file FILE or in PARLEY_PASSWORD'
  assert.equal(
    await unasked(url),
    `error: the name alice is in use, or registered: choose another one or, if it is yours, give its password ${give}.\n`,
  )
  assert.equal(await unasked(url, 'x'), 'error: the password of alice is wrong, or alice is signed in already.\n')
  assert.equal(await unasked('cp://alice@h'), `error: cp knows no guests: give the password of alice ${give}.\n`)
  assert.equal(
    await unasked('cp://alice@h', 'x'),
    'error: the password of alice is wrong, or nobody has registered that name.\n',
  )
  assert.match(await unasked('chatos://alice@h'), /registered, and chatos has no place for a password: choose another/)
})

test('a name that the server does not take is named, with the reason', async () => {
  const chat = new FakeChat()
  chat.answers['dial '] = new ChatError('name-invalid', 'names are 3 to 14 letters')
  const streams = new FakeStreams({ piped: '' })
  assert.ok(!(await signIn('json://al@localhost', {}, fakeEnvironment(chat, streams).environment, transient)).ok)
  assert.equal(streams.complaints, 'error: the name al was not taken: names are 3 to 14 letters.\n')
})

test('what the protocol has no words for is said before anybody hears of a sign-in', async () => {
  const streams = new FakeStreams({ piped: '' })
  const { environment, dialled } = fakeEnvironment(new FakeChat('cp'), streams)
  const signedIn = await signIn('cp://alice@localhost', {}, environment, { ...transient, needs: ['users'] })
  assert.deepEqual([signedIn, dialled], [{ ok: false, code: 2 }, []])
  assert.equal(streams.complaints, 'error: cp cannot tell who is here; ident, helo, json and parley can.\n')
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
    const { environment, dialled } = fakeEnvironment(new FakeChat(), streams)
    assert.deepEqual(await signIn(where, options, environment, transient), { ok: false, code: 2 })
    assert.match(streams.complaints, message)
    assert.deepEqual(dialled, [])
  }
})

test('the interop profile is one of three, and not beside --no-seal', async () => {
  const streams = new FakeStreams({ piped: '' })
  const { environment } = fakeEnvironment(new FakeChat(), streams)
  const said: (string | undefined)[] = []
  const dial: typeof environment.dial = (where, options) => {
    said.push(options.interopProfile)
    return environment.dial(where, options)
  }
  for (const interopProfile of ['ident', 'helo', 'json']) {
    assert.ok((await signIn(url, { interopProfile }, { ...environment, dial }, transient)).ok)
  }
  assert.ok((await signIn(url, {}, { ...environment, dial }, transient)).ok)
  assert.deepEqual(said, ['ident', 'helo', 'json', undefined])
  for (const wrong of [{ interopProfile: 'cp' }, { interopProfile: 'json', seal: false }]) {
    assert.deepEqual(await signIn(url, wrong, { ...environment, dial }, transient), { ok: false, code: 2 })
  }
  assert.equal(said.length, 4)
  assert.match(
    streams.complaints,
    /--interop-profile cannot be "cp"; write ident, helo or json[^]*--interop-profile and --no-seal cannot stand together/,
  )
})
