import { tallyOf } from '@parley/conformance'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { checkRun, failuresOf } from './check-run.ts'
import { foreignIdentServer } from './foreign-ident-server.ts'

describe('parley check of a server that somebody else wrote', () => {
  it('passes what it does right, twice, and leaves no connection', async () => {
    const server = await foreignIdentServer()
    try {
      for (const run of [await checkRun([server.url], right), await checkRun([server.url], right)]) {
        assert.deepEqual(failuresOf(run), [])
        assert.ok(tallyOf(run.results).passed >= 25, JSON.stringify(tallyOf(run.results)))
      }
      while (server.connections() > 0) await new Promise(setImmediate)
    } finally {
      await server.stop()
    }
  })

  it('takes the texts of the field for the codes that they have, and only the right ones if strict', async () => {
    const server = await foreignIdentServer({ lowerCase: true })
    try {
      const lenient = await checkRun([server.url], { levels: ['sign-in'] })
      assert.deepEqual(failuresOf(lenient), [])
      assert.ok(lenient.results.some(({ fieldForms }) => fieldForms?.includes('I-5')))
      const strict = await checkRun([server.url], { levels: ['sign-in'], strict: true })
      assert.ok(failuresOf(strict).some((line) => line.startsWith('ident/sign-in/name-taken')))
    } finally {
      await server.stop()
    }
  })

  it('says what is wrong, with the sentence, the conversation, the bytes and what it means', async () => {
    const server = await foreignIdentServer({ echoes: true })
    try {
      const run = await checkRun([server.url], { only: ['broadcasts/alone'] })
      const [result] = run.results.filter(({ outcome }) => outcome === 'failed')
      assert.match(result?.proves.join() ?? '', /BCST/)
      assert.match(result?.failure?.heard.join() ?? '', /^ann <- BCST ann\d{5} /)
      assert.match(result?.failure?.conversation.join('\n') ?? '', /ann -> IDENT ann\d{5}\nann <- OK IDENT/)
      assert.match(result?.meaning ?? '', /sends a broadcast back to the one who said it/)
    } finally {
      await server.stop()
    }
  })
})

/** What the small server does: it has no accounts, no keys and no time. */
const right = {
  only: [
    'ident/sign-in',
    'ident/broadcasts',
    'ident/users',
    'ident/leaving',
    'ident/private-messages/t',
    'ident/commands/u',
  ],
}

describe('a server that does nobody any good gets a clear verdict', () => {
  const cases: readonly (readonly [what: string, serve: (socket: Socket) => void, verdict: RegExp])[] = [
    ['says nothing', () => {}, /waited 300 ms and heard less/],
    ['hangs up at once', (socket) => socket.destroy(), /heard something else/],
    ['hangs up behind its greeting', (socket) => socket.end('INIT hi\n'), /heard something else|cannot write any more/],
    ['sends garbage', (socket) => void socket.write(Buffer.from([0xff, 0x0a, 0, 0x0a, 0xc3])), /heard something else/],
    ['never ends its line', (socket) => void socket.write('INIT hi'), /heard less/],
    ['floods with lines', (socket) => flood(socket, 'INIT hi\n'), /heard something else|hung up/],
    ['floods with one line', (socket) => flood(socket, 'x'.repeat(1_000)), /was sent more than any transcript wants/],
    ['floods with PING', (socket) => flood(socket, 'PING\n'), /was sent more than any transcript wants|heard less/],
  ]
  for (const [what, serve, verdict] of cases) {
    it(`that ${what}`, async (t) => {
      const { url, sockets } = await listening(t, serve)
      const run = await checkRun([url], { timeoutMs: what.startsWith('floods') ? 10_000 : 300 })
      const failures = run.results.filter(({ outcome }) => outcome === 'failed')
      assert.equal(failures.length, 1)
      assert.equal(failures[0]?.name, 'ident/usual-opening')
      assert.match(failures[0]?.failure?.problem ?? '', verdict)
      assert.ok(failures[0]?.meaning)
      assert.ok(run.results.every(({ outcome, reason }) => outcome === 'failed' || reason !== undefined))
      while ([...sockets].some((socket) => !socket.destroyed)) await new Promise(setImmediate)
    })
  }

  it('that is not there', async (t) => {
    const { url, server } = await listening(t, () => {})
    server.close()
    await once(server, 'close')
    const run = await checkRun([url])
    assert.match(
      failuresOf(run)[0] ?? '',
      /^ident\/usual-opening: ann could not connect to 127\.0\.0\.1:\d+: .*ECONNREFUSED/,
    )
  })

  it('an interrupted check ends at once, and no connection is left', async (t) => {
    const { url, sockets } = await listening(t, () => {})
    const stop = new AbortController()
    const checking = checkRun([url], { timeoutMs: 60_000, signal: stop.signal })
    while (sockets.size === 0) await new Promise(setImmediate)
    stop.abort()
    assert.equal((await checking).interrupted, true)
    while ([...sockets].some((socket) => !socket.destroyed)) await new Promise(setImmediate)
  })
})

async function listening(t: TestContext, serve: (socket: Socket) => void) {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    socket.resume()
    serve(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { url: `ident://127.0.0.1:${(server.address() as AddressInfo).port}`, server, sockets }
}

function flood(socket: Socket, text: string): void {
  const chunk = text.repeat(Math.ceil(65_536 / text.length))
  const more = () => {
    while (!socket.destroyed && socket.write(chunk));
  }
  socket.on('drain', more)
  more()
}
