import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test, type TestContext } from 'node:test'
import { lineNotation } from '@parley/protocols'
import { Chat, portOf } from './chat-under-test.ts'
import { parseTranscript } from './parse.ts'
import { reportFailure } from './report.ts'
import { play } from './runner.ts'
import type { Target } from './target.ts'
import type { Failure } from './verdict.ts'

const notations = new Map([['chat', { notation: lineNotation }]])
const opened = ['C1 opens', 'S -> C1: INIT <welcome>']
const bothOpened = [...opened, 'C2 opens', 'S -> C2: INIT <welcome>']

function transcriptOf(lines: readonly string[]) {
  const parsed = parseTranscript('t', ['# a test', 'protocol chat', ...lines].join('\n'))
  assert.ok(parsed.ok, parsed.ok ? '' : JSON.stringify(parsed.problems))
  return parsed.value
}

async function verdict(target: Target, lines: readonly string[], patienceMs = 2_000) {
  return await play(transcriptOf(lines), target, { protocols: notations, patienceMs, quietMs: 40 })
}

async function passes(t: TestContext, ...lines: string[]): Promise<void> {
  const played = await verdict(await Chat.start(t), lines)
  assert.equal(
    played.outcome,
    'passed',
    played.outcome === 'failed' ? reportFailure(transcriptOf(lines), played.failure) : '',
  )
}

async function fails(t: TestContext, ...lines: string[]): Promise<Failure> {
  const played = await verdict(await Chat.start(t), lines, 100)
  assert.ok(played.outcome === 'failed')
  return played.failure
}

/** The same server, as somebody offers it who can tell nothing about it. */
function foreign(chat: Chat): Target {
  return { address: (protocol) => chat.address(protocol) }
}

test('a conversation that goes as written passes, and no connection is left', async (t) => {
  const chat = await Chat.start(t)
  const played = await verdict(chat, [
    ...bothOpened,
    'C1 -> S: BCST <welcome>!',
    'S -> C2: BCST Welcome 7!',
    'C1 -> S: QUIT',
    'S -> C1: OK Goodbye',
    'S -> C1: [closed]',
    'S -> C2: LEFT',
  ])
  assert.deepEqual(played, { outcome: 'passed' })
  while (chat.connected > 0) await new Promise(setImmediate)
})

test('a wrong line fails at once with what was wanted, what came and what was said', async (t) => {
  const failure = await fails(t, ...opened, 'C1 -> S: LINES OK FAIL', 'S -> C1: OK', 'S -> C1: <welcome>')
  assert.deepEqual(failure, {
    problem: 'C1 heard something else',
    place: failure.place,
    wanted: ['S -> C1: <welcome>'],
    got: ['S -> C1: FAIL'],
    meanings: [{ name: 'welcome', text: 'Welcome 7' }],
    conversation: ['C1 opens chat', 'S -> C1: INIT Welcome 7', 'C1 -> S: LINES OK FAIL', 'S -> C1: OK'],
  })
  assert.equal(failure.place.line, 7)
})

test('silence where a line is wanted fails when the patience is over', async (t) => {
  const failure = await fails(t, ...opened, 'S -> C1: more')
  assert.equal(failure.problem, 'C1 heard too little within 100 ms')
  assert.deepEqual(failure.got, ['nothing'])
})

test('frames may be joined, and are split where they are written in two lines', async (t) => {
  const split = ['C1 -> S: raw "ECHO a\\nECHO b\\nEC"', 'C1 -> S: raw "HO c\\n"']
  await passes(
    t,
    ...opened,
    ...split,
    'S -> C1: OK a',
    'S -> C1: OK b',
    'S -> C1: OK c',
    'C1 -> S: READS',
    'S -> C1: READS 3',
  )
})

test('a line that is cut arrives in as many reads as it has pieces, and the conversation is the same', async (t) => {
  const lines = [...opened, 'C1 -> S: ECHO b', 'S -> C1: OK b', 'C1 -> S: READS', 'S -> C1: READS 13']
  const bytes = (whole: Uint8Array) => Array.from(whole, (byte) => Uint8Array.of(byte))
  const played = await play(transcriptOf(lines), await Chat.start(t), { protocols: notations, cut: bytes })
  assert.deepEqual(played, { outcome: 'passed' })
})

test('a line that is cut arrives whole at a server that cannot tell, and up to the end at one that hangs up', async (t) => {
  const chat = await Chat.start(t)
  const halves = (whole: Uint8Array) => [whole.subarray(0, 5), whole.subarray(5)]
  const cut = { protocols: notations, quietMs: 40, cut: halves }
  const told = await play(transcriptOf([...opened, 'C1 -> S: ECHO b', 'S -> C1: OK b']), foreign(chat), cut)
  assert.deepEqual(told, { outcome: 'passed' })
  const early = [...opened, 'C1 -> S: raw "DROP\\nECHO lost\\n"', 'S -> C1: [closed]']
  assert.deepEqual(await play(transcriptOf(early), chat, cut), { outcome: 'passed' })
})

test('exact bytes are written and heard in hex, between lines of the notation', async (t) => {
  const bytes = ['C1 -> S: hex 42 59 54 45 53 20 30 38 30 31 36 31 0a', 'S -> C1: hex 08 01']
  await passes(t, ...opened, ...bytes, 'C1 -> S: ECHO b', 'S -> C1: raw "aOK"', 'S -> C1:  b')
  const failure = await fails(t, ...opened, ...bytes.slice(0, 1), 'S -> C1: hex 08 02')
  assert.deepEqual(failure.got, ['S -> C1: hex 08 01 61'])
})

test('a line more than was written fails at the end, whoever heard it', async (t) => {
  const failure = await fails(t, ...bothOpened, 'C1 -> S: BCST hi')
  assert.equal(failure.problem, 'more was heard than the transcript says')
  assert.deepEqual(failure.got, ['S -> C2: BCST hi'])
})

test('the end of a connection must be asked for, and is an end of stream or a reset', async (t) => {
  const failure = await fails(t, ...opened, 'C1 -> S: HALF')
  assert.deepEqual(failure.got, ['S -> C1: [closed]'])
  await passes(t, ...opened, 'C1 -> S: DROP', 'S -> C1: [closed]')
  const early = await fails(t, ...opened, 'C1 -> S: HALF', 'S -> C1: OK')
  assert.deepEqual([early.problem, early.got], ['C1 heard something else', ['S -> C1: [closed]']])
})

test('each half of a connection ends on its own', async (t) => {
  await passes(
    t,
    ...opened,
    'C1 -> S: HALF',
    'S -> C1: [closed]',
    'C1 -> S: ECHO is not answered any more',
    'C1 closes',
  )
  await passes(t, ...bothOpened, 'C1 -> S: ECHO x', 'C1 ends', 'S -> C1: OK x', 'S -> C1: [closed]', 'S -> C2: LEFT')
})

test('a client that closed or was reset may open again, and what it had not heard counts', async (t) => {
  await passes(t, ...opened, 'C1 closes', ...opened, 'C1 resets', ...opened)
  const failure = await fails(t, ...opened, 'C1 -> S: ECHO x', 'C1 closes')
  assert.equal(failure.problem, 'C1 heard more than the transcript says')
})

test('unordered lines come in any order, over several clients', async (t) => {
  const block = ['unordered', '  S -> C1: b', '  S -> C1: a', '  S -> C2: BCST x', 'end']
  await passes(t, ...bothOpened, 'C1 -> S: BCST x', 'C1 -> S: LINES a b', ...block)
  const failure = await fails(t, ...bothOpened, 'C1 -> S: LINES a c', ...block)
  assert.deepEqual(failure.wanted, ['S -> C1: b', 'S -> C2: BCST x'])
  assert.deepEqual(failure.got, ['S -> C1: c'])
})

test('time passes by the clock of the server, and nothing comes before it has', async (t) => {
  await passes(t, ...opened, 'C1 -> S: LATER 3600000', '+3599s', '+1s', 'S -> C1: NOW')
  const early = await fails(t, ...opened, 'C1 -> S: LATER 1000', '+3s', '+1s', 'S -> C1: NOW')
  assert.equal(early.problem, 'this was heard before the time passed')
  assert.equal(early.place.source, '+1s')
})

test('a port that the server names is connected to', async (t) => {
  await passes(
    t,
    ...opened,
    'C1 -> S: PORT',
    'S -> C1: PORT <port>',
    'C2 opens chat at <port>',
    'S -> C2: INIT <welcome>',
  )
  const failure = await fails(t, ...opened, 'C2 opens at <welcome>')
  assert.match(failure.problem, /^Welcome 7 is no port$/)
})

test('connections that go down with their server are no surprise, but its words are', async (t) => {
  await passes(t, ...opened, 'S restarts', 'S -> C1: DSCN Server is stopping', 'S -> C1: [closed]', ...opened)
  await passes(t, ...opened, 'S kills', ...opened)
  const failure = await fails(t, ...opened, 'S restarts')
  assert.deepEqual(failure.got, ['S -> C1: DSCN Server is stopping'])
})

test('what the operator cannot offer is skipped with a reason', async (t) => {
  const chat = await Chat.start(t)
  assert.deepEqual(await verdict(foreign(chat), [...opened, 'S kills']), {
    outcome: 'skipped',
    reason: 'it restarts the server, which cannot be done here',
  })
  assert.deepEqual(await verdict(chat, ['also missing', ...opened]), {
    outcome: 'skipped',
    reason: 'there is no listener for missing',
  })
})

test('a server that cannot tell is at rest after a while of silence', async (t) => {
  const chat = await Chat.start(t)
  const good = [...bothOpened, 'C1 -> S: BCST hi', 'C2 -> S: ECHO x', 'S -> C2: BCST hi', 'S -> C2: OK x', '+1ms']
  assert.deepEqual(await verdict(foreign(chat), good), { outcome: 'passed' })
  const bad = await verdict(foreign(chat), [...bothOpened, 'C1 -> S: BCST hi'])
  assert.deepEqual(bad.outcome === 'failed' && bad.failure.got, ['S -> C2: BCST hi'])
})

test('a server that never comes to rest, or is not there, fails the transcript', async (t) => {
  const chat = await Chat.start(t)
  const restless: Target = { address: (name) => chat.address(name), quiesce: () => new Promise(() => {}) }
  const tired = await verdict(restless, opened, 20)
  assert.equal(tired.outcome === 'failed' && tired.failure.problem, 'the server has not come to rest within 100 ms')

  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = portOf(server)
  server.close()
  await once(server, 'close')
  const absent = await verdict({ address: () => ({ host: '127.0.0.1', port }) }, opened)
  assert.match(absent.outcome === 'failed' ? absent.failure.problem : '', /^C1 could not connect to 127\.0\.0\.1:\d+: /)
})

test('a line that the notation cannot write fails with its reason', async (t) => {
  const chat = await Chat.start(t)
  const notation = {
    ...lineNotation,
    write: () => {
      throw new Error('no such field')
    },
  }
  const transcript = transcriptOf([...opened, 'C1 -> S: x'])
  const played = await play(transcript, chat, { protocols: new Map([['chat', { notation }]]) })
  assert.equal(played.outcome === 'failed' && played.failure.problem, 'this cannot be written: no such field')
  const bare = await play(transcriptOf(['C1 opens', 'S -> C1: raw "INIT Welcome 7\\n"', 'C1 -> S: x']), chat, {
    protocols: new Map(),
  })
  assert.equal(
    bare.outcome === 'failed' && bare.failure.problem,
    'this cannot be written: the protocol has no notation; write raw or hex',
  )
})
