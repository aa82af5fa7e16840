import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test, type TestContext } from 'node:test'
import { lineNotation } from '@parley/protocols'
import { Chat, portOf } from './chat-under-test.ts'
import { parseTranscript } from './parse.ts'
import { reportFailure } from './report.ts'
import { play } from './runner.ts'
import type { SpokenProtocols } from './spoken.ts'
import type { Target } from './target.ts'
import type { PlacedFailure } from './verdict.ts'

/** What `chat` says when somebody comes: a line to the others, which the opening asks for. */
const introduced = (name: string) => `BCST I am ${name}`
const openings = new Map([
  ['chat', { lines: (name: string) => ['<- INIT <welcome>', `-> ${introduced(name)}`], arrival: introduced }],
  ['chat in odd form', { lines: () => ['<- INIT <welcome>', '-> ECHO odd', '<- OK even'] }],
])
const protocols: SpokenProtocols = new Map([
  ['chat', { notation: lineNotation, openings }],
  ['missing', { notation: lineNotation }],
])
const opened = ['ann connects by chat', 'ann <- INIT <welcome>']
const bothOpened = [...opened, 'bob connects by chat', 'bob <- INIT <welcome>']

function transcriptOf(lines: readonly string[]) {
  const parsed = parseTranscript('t', ['# a test', 'protocol chat', ...lines].join('\n'), protocols)
  assert.ok(parsed.ok, parsed.ok ? '' : JSON.stringify(parsed.problems))
  return parsed.value
}

async function verdict(target: Target, lines: readonly string[], patienceMs = 2_000) {
  return await play(transcriptOf(lines), target, { protocols, patienceMs, quietMs: 40 })
}

async function passes(t: TestContext, ...lines: string[]): Promise<void> {
  const played = await verdict(await Chat.start(t), lines)
  assert.equal(
    played.outcome,
    'passed',
    played.outcome === 'failed' ? reportFailure(transcriptOf(lines), played.failure) : '',
  )
}

async function fails(t: TestContext, ...lines: string[]): Promise<PlacedFailure> {
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
    'ann -> BCST <welcome>!',
    'bob <- BCST Welcome 7!',
    'ann -> QUIT',
    'ann <- OK Goodbye',
    'ann <- [closed]',
    'bob <- LEFT',
  ])
  assert.deepEqual(played, { outcome: 'passed' })
  while (chat.connected > 0) await new Promise(setImmediate)
})

test('a wrong line fails at once with what was wanted, what came and what was said', async (t) => {
  const failure = await fails(t, ...opened, 'ann -> LINES OK FAIL', 'ann <- OK', 'ann <- <welcome>')
  const { bytes, ...said } = failure
  const text = (side: Uint8Array | undefined) => new TextDecoder().decode(side)
  assert.deepEqual([text(bytes?.expected), text(bytes?.received)], ['Welcome 7\n', 'FAIL\n'])
  assert.deepEqual(said, {
    problem: 'ann heard something else than the transcript says',
    place: failure.place,
    expected: ['ann <- <welcome>'],
    heard: ['ann <- FAIL'],
    meanings: [{ name: 'welcome', text: 'Welcome 7' }],
    conversation: ['ann connects by chat', 'ann <- INIT Welcome 7', 'ann -> LINES OK FAIL', 'ann <- OK'],
  })
  assert.equal(failure.place.line, 7)
})

test('silence where a line is wanted fails when the patience is over', async (t) => {
  const failure = await fails(t, ...opened, 'ann <- more')
  assert.equal(failure.problem, 'ann waited 100 ms and heard less than the transcript says')
  assert.deepEqual(failure.heard, ['nothing'])
})

test('frames may be joined, and are split where they are written in two lines', async (t) => {
  const split = ['ann -> raw "ECHO a\\nECHO b\\nEC"', 'ann -> raw "HO c\\n"']
  await passes(t, ...opened, ...split, 'ann <- OK a', 'ann <- OK b', 'ann <- OK c', 'ann -> READS', 'ann <- READS 3')
})

test('a line that is cut arrives in as many reads as it has pieces, and the conversation is the same', async (t) => {
  const lines = [...opened, 'ann -> ECHO b', 'ann <- OK b', 'ann -> READS', 'ann <- READS 13']
  const bytes = (whole: Uint8Array) => Array.from(whole, (byte) => Uint8Array.of(byte))
  const played = await play(transcriptOf(lines), await Chat.start(t), { protocols, cut: bytes })
  assert.deepEqual(played, { outcome: 'passed' })
})

test('a line that is cut arrives whole at a server that cannot tell, and up to the end at one that hangs up', async (t) => {
  const chat = await Chat.start(t)
  const halves = (whole: Uint8Array) => [whole.subarray(0, 5), whole.subarray(5)]
  const cut = { protocols, quietMs: 40, cut: halves }
  const told = await play(transcriptOf([...opened, 'ann -> ECHO b', 'ann <- OK b']), foreign(chat), cut)
  assert.deepEqual(told, { outcome: 'passed' })
  const early = [...opened, 'ann -> raw "DROP\\nECHO lost\\n"', 'ann <- [closed]']
  assert.deepEqual(await play(transcriptOf(early), chat, cut), { outcome: 'passed' })
})

test('exact bytes are written and heard in hex, between lines of the notation', async (t) => {
  const bytes = ['ann -> hex 42 59 54 45 53 20 30 38 30 31 36 31 0a', 'ann <- hex 08 01']
  await passes(t, ...opened, ...bytes, 'ann -> ECHO b', 'ann <- raw "aOK"', 'ann <-  b')
  const failure = await fails(t, ...opened, ...bytes.slice(0, 1), 'ann <- hex 08 02')
  assert.deepEqual(failure.heard, ['ann <- hex 08 01 61'])
})

test('a line more than was written fails at the end, whoever heard it', async (t) => {
  const failure = await fails(t, ...bothOpened, 'ann -> BCST hi')
  assert.equal(failure.problem, 'the transcript is at its end, and this came as well')
  assert.deepEqual(failure.heard, ['bob <- BCST hi'])
})

test('the end of a connection must be asked for, and is an end of stream or a reset', async (t) => {
  const failure = await fails(t, ...opened, 'ann -> HALF')
  assert.deepEqual(failure.heard, ['ann <- [closed]'])
  await passes(t, ...opened, 'ann -> DROP', 'ann <- [closed]')
  const early = await fails(t, ...opened, 'ann -> HALF', 'ann <- OK')
  assert.deepEqual(
    [early.problem, early.heard],
    ['ann heard something else than the transcript says', ['ann <- [closed]']],
  )
})

test('each half of a connection ends on its own', async (t) => {
  await passes(t, ...opened, 'ann -> HALF', 'ann <- [closed]', 'ann -> ECHO is not answered any more', 'ann closes')
  await passes(t, ...bothOpened, 'ann -> ECHO x', 'ann ends', 'ann <- OK x', 'ann <- [closed]', 'bob <- LEFT')
})

test('a client that closed or was reset may open again, and what it had not heard counts', async (t) => {
  await passes(t, ...opened, 'ann closes', ...opened, 'ann resets', ...opened)
  const failure = await fails(t, ...opened, 'ann -> ECHO x', 'ann closes')
  assert.equal(failure.problem, 'ann heard more than the transcript says')
})

test('unordered lines come in any order, over several clients', async (t) => {
  const block = ['unordered', '  ann <- b', '  ann <- a', '  bob <- BCST x', 'end']
  await passes(t, ...bothOpened, 'ann -> BCST x', 'ann -> LINES a b', ...block)
  const failure = await fails(t, ...bothOpened, 'ann -> LINES a c', ...block)
  assert.deepEqual(failure.expected, ['ann <- b', 'bob <- BCST x'])
  assert.deepEqual(failure.heard, ['ann <- c'])
})

test('time passes by the clock of the server, and nothing comes before it has', async (t) => {
  await passes(t, ...opened, 'ann -> LATER 3600000', '+3599s', '+1s', 'ann <- NOW')
  const early = await fails(t, ...opened, 'ann -> LATER 1000', '+3s', '+1s', 'ann <- NOW')
  assert.equal(early.problem, 'this came before the time passed')
  assert.equal(early.place.source, '+1s')
})

test('a port that the server names is connected to', async (t) => {
  await passes(
    t,
    ...opened,
    'ann -> PORT',
    'ann <- PORT <port>',
    'bob connects by chat at <port>',
    'bob <- INIT <welcome>',
  )
  const failure = await fails(t, ...opened, 'bob connects by chat at <welcome>')
  assert.match(failure.problem, /^Welcome 7 is no port$/)
})

test('connections that go down with their server are no surprise, but its words are', async (t) => {
  await passes(t, ...opened, 'the server restarts', 'ann <- DSCN Server is stopping', 'ann <- [closed]', ...opened)
  await passes(t, ...opened, 'the server is killed', ...opened)
  const failure = await fails(t, ...opened, 'the server restarts')
  assert.deepEqual(failure.heard, ['ann <- DSCN Server is stopping'])
})

test('a usual opening is played, heard by those who are there, and reported as the line that stands for it', async (t) => {
  await passes(t, 'ann signs in by chat', 'bob signs in by chat', 'ann -> BCST hi', 'bob <- BCST hi')
  const failure = await fails(t, 'ann signs in by chat', 'bob signs in by chat in odd form')
  assert.equal(failure.place.source, 'bob signs in by chat in odd form')
  assert.deepEqual([failure.expected, failure.heard], [['bob <- OK even'], ['bob <- OK odd']])
})

test('a line that several hear must come to each of them', async (t) => {
  const three = [...bothOpened, 'cas connects by chat', 'cas <- INIT <welcome>', 'cas -> BCST hi']
  await passes(t, ...three, 'ann, bob <- BCST hi')
  const failure = await fails(t, ...three, 'bob -> ECHO bye', 'ann, bob <- BCST hi', 'ann, bob <- OK bye')
  assert.equal(failure.problem, 'ann waited 100 ms and heard less than the transcript says')
  assert.deepEqual(failure.expected, ['ann <- OK bye'])
})

test('a protocol that nobody speaks fails, whatever the operator offers', async (t) => {
  const { listeners, ...rest } = transcriptOf(opened)
  const misspelt = { ...rest, listeners: [...listeners, { protocol: 'caht', options: {} }] }
  for (const target of [await Chat.start(t), { address: () => undefined }]) {
    const played = await play(misspelt, target, { protocols })
    assert.equal(played.outcome === 'failed' && played.failure.problem, 'there is no protocol caht')
  }
})

test('what the operator does not offer is skipped with a reason', async (t) => {
  const chat = await Chat.start(t)
  assert.deepEqual(await verdict(foreign(chat), [...opened, 'the server is killed']), {
    outcome: 'skipped',
    reason: 'it restarts the server, which cannot be done here',
  })
  assert.deepEqual(await verdict(chat, ['protocol missing', ...opened]), {
    outcome: 'skipped',
    reason: 'there is no listener for missing',
  })
})

test('a server that cannot tell is at rest after a while of silence', async (t) => {
  const chat = await Chat.start(t)
  const good = [...bothOpened, 'ann -> BCST hi', 'bob -> ECHO x', 'bob <- BCST hi', 'bob <- OK x', '+1ms']
  assert.deepEqual(await verdict(foreign(chat), good), { outcome: 'passed' })
  const bad = await verdict(foreign(chat), [...bothOpened, 'ann -> BCST hi'])
  assert.deepEqual(bad.outcome === 'failed' && bad.failure.heard, ['bob <- BCST hi'])
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
  assert.match(
    absent.outcome === 'failed' ? absent.failure.problem : '',
    /^ann could not connect to 127\.0\.0\.1:\d+: /,
  )
})

test('a line that the notation cannot write fails with its reason', async (t) => {
  const chat = await Chat.start(t)
  const notation = {
    ...lineNotation,
    write: () => {
      throw new Error('no such field')
    },
  }
  const transcript = transcriptOf([...opened, 'ann -> x'])
  const played = await play(transcript, chat, { protocols: new Map([['chat', { notation }]]) })
  assert.equal(played.outcome === 'failed' && played.failure.problem, 'this cannot be written: no such field')
})
