import { ChatError } from '@parley/client'
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { FakeChat, fakeEnvironment } from './fake-chat.ts'
import { FakeStreams } from './fake-streams.ts'
import { send } from './send.ts'
import type { SendOptions } from './what-to-send.ts'

const url = 'helo://alice@localhost'

async function sent(words: readonly string[], options: SendOptions = {}, chat = new FakeChat(), piped = '') {
  const streams = new FakeStreams({ piped })
  const code = await send(url, words, { seal: false, ...options }, fakeEnvironment(chat, streams).environment)
  return { code, calls: chat.calls, complaints: streams.complaints }
}

test('a text goes to everybody, a user or a group, a message per line', async () => {
  assert.deepEqual((await sent(['the', 'build is done'])).calls, ['say the build is done', 'close'])
  assert.deepEqual((await sent(['a\n\nb'], { to: 'bob' })).calls, ['tell bob a', 'tell bob b', 'close'])
  assert.deepEqual((await sent(['hi'], { group: 'cooks' })).calls, ['groupsay cooks hi', 'close'])
  assert.deepEqual((await sent(['-'], {}, undefined, 'one\r\n\ntwo')).calls, ['say one', 'say two', 'close'])
  assert.deepEqual((await sent([], { to: 'bob' }, undefined, 'one\n')).calls, ['tell bob one', 'close'])
})

test('a group that has to be joined for it is left again', async () => {
  const chat = new FakeChat()
  chat.answers['groupsay cooks hi'] = [new ChatError('refused', 'not a member')]
  const { code, calls } = await sent(['hi'], { group: 'cooks' }, chat)
  assert.equal(code, 0)
  assert.deepEqual(calls, ['groupsay cooks hi', 'join cooks', 'groupsay cooks hi', 'leave cooks', 'close'])
})

test('a file goes to one user, and its text on request', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parley-send-'))
  const file = join(directory, 'notes.txt')
  await writeFile(file, 'hello')
  assert.deepEqual((await sent([file], { to: 'bob' })).calls, ['file bob notes.txt 5', 'close'])
  const unconfirmed = new FakeChat()
  unconfirmed.answers['file'] = 'sent'
  const { code, complaints } = await sent([file], { to: 'bob' }, unconfirmed)
  assert.equal(code, 0)
  const unsealed = `${file} is not sealed: the server can read it.\n`
  assert.equal(complaints, `${unsealed}${file} was sent; the server does not say whether it arrived.\n`)
  assert.deepEqual((await sent([file], { to: 'bob', text: true })).calls, [`tell bob ${file}`, 'close'])
  const broadcast = await sent([file])
  assert.deepEqual([broadcast.code, broadcast.calls], [2, []])
  assert.match(broadcast.complaints, /files go to one user: add --to USER, or send its text with parley send … - < /)
  await rm(directory, { recursive: true })
})

test('a directory, a missing file and what only looks like one are told apart', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parley-send-'))
  const rows: [string, RegExp][] = [
    [directory, /is a directory, and only files can be sent; add --text/],
    [join(directory, 'nothing.txt'), /there is no file .*nothing\.txt; add --text/],
    ['no-such-report.pdf', /there is no file no-such-report\.pdf; add --text/],
  ]
  for (const [word, message] of rows) {
    const { code, calls, complaints } = await sent([word], { to: 'bob' })
    assert.deepEqual([code, calls], [2, []], word)
    assert.match(complaints, message)
  }
  await rm(directory, { recursive: true })
  assert.deepEqual((await sent(['https://example.org/a.html'], { to: 'bob' })).calls, [
    'tell bob https://example.org/a.html',
    'close',
  ])
})

test('what is waited for is said when it takes more than a moment, and stopping says so', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parley-send-'))
  const file = join(directory, 'notes.txt')
  await writeFile(file, 'hello')
  const chat = new FakeChat()
  const delivered = Promise.withResolvers<never>()
  const secrecy = Promise.resolve('sealed' as const)
  chat.sendFile = () => ({ onProgress: () => {}, cancel: () => {}, delivered: delivered.promise, secrecy })
  const streams = new FakeStreams({ piped: '' })
  const { environment, stop } = fakeEnvironment(chat, streams)
  const clock = { after: (_: number, run: () => void) => (setImmediate(run), () => {}) }
  const over = send(url, [file], { to: 'bob' }, { ...environment, clock })
  while (streams.errors.readableLength === 0) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(streams.complaints, `waiting for bob to take ${file}; Ctrl-C gives up\n`)
  stop.abort()
  delivered.reject(new ChatError('closed', 'closed here'))
  assert.equal(await over, 1)
  assert.equal(streams.complaints, 'error: stopped before all was sent.\n')
  await rm(directory, { recursive: true })
})

test('the exit code says whether it was taken, and what was refused is explained', async () => {
  const chat = new FakeChat()
  chat.answers['tell'] = new ChatError('no-such-user', 'nobody is called bob\u001b[2J')
  const { code, calls, complaints } = await sent(['hi'], { to: 'bob' }, chat)
  assert.deepEqual([code, calls], [1, ['tell bob hi', 'close']])
  assert.match(complaints, /^error: there is no user bob here; messages wait for registered users only; others/)
  const nobody = (await sent(['hi'], { to: 'b\u001b[2Job' }, chat)).complaints
  assert.ok(nobody.startsWith('error: there is no user b[2Job here; '))
})

test('what the server did not take because it came too fast is said again', async () => {
  const chat = new FakeChat()
  chat.answers['say two'] = [new ChatError('too-many-messages', 'wait')]
  const { code, calls } = await sent(['one\ntwo\nthree'], {}, chat)
  assert.deepEqual([code, calls], [0, ['say one', 'say two', 'say two', 'say three', 'close']])
})

test('what cannot be meant is wrong usage, and nothing is sent', async () => {
  const rows: [readonly string[], SendOptions, RegExp][] = [
    [['hi'], { to: 'bob', group: 'cooks' }, /--to and --group cannot stand together/],
    [['hi'], { sealed: true }, /--sealed needs --to USER/],
    [['hi'], { to: 'bob', sealed: true, seal: false }, /--sealed and --no-seal/],
    [['./no/such.txt'], { to: 'bob' }, /there is no file \.\/no\/such\.txt; add --text/],
    [[' '], {}, /the text is empty/],
  ]
  for (const [words, options, message] of rows) {
    const { code, calls, complaints } = await sent(words, options)
    assert.deepEqual([code, calls], [2, []])
    assert.match(complaints, message)
  }
  const streams = new FakeStreams({ typed: [] })
  assert.equal(await send(url, [], {}, fakeEnvironment(new FakeChat(), streams).environment), 2)
  assert.match(streams.complaints, /there is nothing to send; give a text or a file, or pipe something in/)
})

test('a message that waited for this user is not lost by the way', async () => {
  const chat = new FakeChat()
  const streams = new FakeStreams({ piped: '' })
  const { environment } = fakeEnvironment(chat, streams)
  const dial: typeof environment.dial = async (where, options) => {
    const connected = await environment.dial(where, options)
    chat.emit('private-message', { from: 'bob', text: 'call me', secrecy: 'plain' })
    return connected
  }
  assert.equal(await send(url, ['hi'], {}, { ...environment, dial }), 0)
  assert.equal(streams.complaints, 'note: meanwhile bob wrote to you: call me\n')
})
