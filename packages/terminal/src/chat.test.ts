import { ChatError } from '@parley/client'
import assert from 'node:assert/strict'
import { test, type mock } from 'node:test'
import { byteSize, parseByteSize } from './byte-size.ts'
import { chat, type ChatOptions } from './chat.ts'
import { FakeChat, fakeEnvironment } from './fake-chat.ts'
import { FakeStreams } from './fake-streams.ts'
import { inbox } from './inbox.ts'
import { progressBar } from './progress-line.ts'
import { users } from './users.ts'

const url = 'helo://alice@localhost'

interface Left {
  readonly streams: FakeStreams
  readonly stop: AbortController
}

async function piped(script: string, fake = new FakeChat(), options: ChatOptions = {}) {
  const streams = new FakeStreams({ piped: script })
  const code = await chat(url, { seal: false, ...options }, fakeEnvironment(fake, streams).environment)
  return { code, written: streams.written, complaints: streams.complaints }
}

test('a script is carried out line by line, and what it says to everybody is not echoed', async () => {
  const fake = new FakeChat()
  const { code, written } = await piped('hello\r\n/msg bob psst\n/users\n', fake)
  assert.deepEqual(fake.calls, ['users', 'say hello', 'tell bob psst', 'users', 'close'])
  assert.equal(code, 0)
  assert.equal(
    written,
    '* you are alice over helo; /help shows what there is\nyou to bob (sealed): psst\n= alice\n    bob\n* the conversation has ended: closed here\n',
  )
})

test('a script in which something failed ends with 1, and what follows /quit is not carried out', async () => {
  const fake = new FakeChat()
  fake.answers['say no'] = new ChatError('refused', 'not now')
  const { code, written } = await piped('no\nyes\n/quit\nnever\n', fake)
  assert.equal(code, 1)
  assert.match(written, /^! not now\.$/m)
  assert.deepEqual(fake.calls, ['users', 'say no', 'say yes', 'close'])
})

test('a chat that the server ends is over, with 1', async () => {
  const fake = new FakeChat()
  const streams = new FakeStreams({ typed: [] })
  const { environment } = fakeEnvironment(fake, streams)
  const over = chat(url, { plain: true, seal: false }, environment)
  while (!fake.calls.includes('users')) await new Promise((resolve) => setImmediate(resolve))
  fake.state = 'closed'
  fake.emit('closed', { reason: 'the server is stopping' })
  assert.equal(await over, 1)
  assert.match(streams.written, /ended: the server is stopping/)
})

test('a signal ends the chat in order', async () => {
  const fake = new FakeChat()
  const streams = new FakeStreams({ typed: ['hi\n'] })
  const { environment, stop } = fakeEnvironment(fake, streams)
  const over = chat(url, { plain: true, seal: false }, environment)
  while (!fake.calls.includes('say hi')) await new Promise((resolve) => setImmediate(resolve))
  stop.abort()
  assert.equal(await over, 0)
  assert.equal(fake.calls.at(-1), 'close')
})

for (const [how, leave] of [
  ['a second /quit', ({ streams }) => void streams.input.write('/quit\n')],
  ['a signal', ({ stop }) => stop.abort()],
  ['a little time', (_, timers) => timers.tick(5_000)],
] as const satisfies readonly (readonly [string, (left: Left, timers: typeof mock.timers) => void])[]) {
  test(`/quit waits for a file that nobody answers until there is ${how}`, async (context) => {
    context.mock.timers.enable({ apis: ['setTimeout'] })
    const fake = new FakeChat()
    fake.answers['file'] = new Promise(() => {})
    const streams = new FakeStreams({ typed: [`/file bob ${import.meta.filename}\n/quit\n`] })
    const { environment, stop } = fakeEnvironment(fake, streams)
    const over = chat(url, { plain: true, seal: false }, environment)
    let written = ''
    while (!/^= waiting for chat\.test\.ts to bob .*; \/quit once more leaves at once$/m.test(written)) {
      await new Promise((resolve) => setImmediate(resolve))
      written += streams.written
    }
    leave({ streams, stop }, context.mock.timers)
    assert.equal(await over, 0)
    assert.match(streams.written, /^! left before it was finished: chat\.test\.ts to bob/m)
    assert.equal(fake.calls.at(-1), 'close')
  })
}

test('a script ends with 1 when a file that it sent was not answered, and what follows its /quit is not carried out', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  for (const [end, ms] of [
    ['/quit\nnever\n', 5_000],
    ['', 60_000],
  ] as const) {
    const fake = new FakeChat()
    fake.answers['file'] = new Promise(() => {})
    const streams = new FakeStreams({ piped: `/file bob ${import.meta.filename}\n${end}` })
    const over = chat(url, { seal: false }, fakeEnvironment(fake, streams).environment)
    let written = ''
    while (!written.includes('waiting for')) {
      await new Promise((resolve) => setImmediate(resolve))
      written += streams.written
    }
    context.mock.timers.tick(ms)
    assert.equal(await over, 1)
    assert.ok(!fake.calls.includes('say never'))
  }
})

test('with --raw the first bytes are shown too, and a wrong size is wrong usage', async () => {
  const fake = new FakeChat()
  fake.state = 'reconnecting'
  const streams = new FakeStreams({ piped: '' })
  const { environment } = fakeEnvironment(fake, streams)
  const dial: typeof environment.dial = async (where, options) => {
    const connected = await environment.dial(where, options)
    fake.emit('wire', { direction: 'sent', line: 'HELO alice' })
    fake.state = 'connected'
    return connected
  }
  assert.equal(await chat(url, { raw: true, seal: false }, { ...environment, dial }), 0)
  assert.match(streams.written, /^> HELO alice\n/)
  const { code, complaints } = await piped('', new FakeChat(), { maxFile: 'big' })
  assert.equal(code, 2)
  assert.match(complaints, /--max-file cannot be "big"; write bytes, or 64K, 10M, 2G/)
})

test('users are printed one a line, cleaned, and a protocol that cannot tell is wrong usage', async () => {
  const fake = new FakeChat()
  fake.answers['users'] = ['alice', 'b\nob\u001b']
  const streams = new FakeStreams({ piped: '' })
  assert.equal(await users(url, {}, fakeEnvironment(fake, streams).environment), 0)
  assert.equal(streams.written, 'alice\nb ob\n')
  fake.answers['users'] = new ChatError('cannot', 'cp cannot tell who is here; ident, helo, json and parley can')
  assert.equal(await users(url, {}, fakeEnvironment(fake, streams).environment), 2)
  assert.equal(streams.complaints, 'error: cp cannot tell who is here; ident, helo, json and parley can.\n')
})

test('an inbox is printed message by message, and one that nobody read is not acknowledged', async () => {
  const stored = ['one', 'two\nbob: fake', 'three'].map((text, index) => ({ from: 'bob', text, toAll: index === 2 }))
  const fake = new FakeChat('cp', ['say', 'tell', 'mailbox'])
  fake.stored = stored
  const streams = new FakeStreams({ piped: '' })
  assert.equal(await inbox('cp://alice@localhost', {}, fakeEnvironment(fake, streams).environment), 0)
  assert.equal(streams.written, 'bob: one\nbob: two\n    bob: fake\nbob to everybody: three\n')
  assert.equal(fake.calls.filter((call) => call.startsWith('acknowledge')).length, 3)

  const unread = new FakeChat('cp', ['say', 'tell', 'mailbox'])
  unread.stored = stored
  const gone = new FakeStreams({ piped: '' })
  gone.output.destroy()
  assert.equal(await inbox('cp://alice@localhost', {}, fakeEnvironment(unread, gone).environment), 1)
  assert.deepEqual(unread.calls, ['close'])
  assert.equal(await inbox(url, {}, fakeEnvironment(new FakeChat(), streams).environment), 2)
  assert.match(
    streams.complaints,
    /helo has no mailbox to fetch, cp and parley have one; over helo what waits comes by itself/,
  )
})

test('sizes are read and written as people do, and a bar shows how far it is', () => {
  const rows: [string, number | null][] = [
    ['500', 500],
    ['64K', 65_536],
    ['10m', 10_485_760],
    ['2G', 2_147_483_648],
    ['', null],
    ['-1', null],
    ['1.5M', null],
    ['1T', null],
    ['999999999999G', null],
  ]
  for (const [text, size] of rows) assert.equal(parseByteSize(text), size, text)
  assert.deepEqual([0, 1_023, 1_536, 3 * 1_048_576].map(byteSize), ['0 bytes', '1023 bytes', '1.5 KiB', '3.0 MiB'])
  assert.equal(progressBar(5, 10), `[${'#'.repeat(15)}${' '.repeat(15)}]  50 %  5 bytes of 10 bytes`)
  assert.match(progressBar(0, 0), /100 %/)
  assert.match(progressBar(20, 10), /^\[#{30}\] 100 %/)
})
