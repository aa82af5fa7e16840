import { ChatError } from '@parley/client'
import { webSocket } from '@parley/client/web'
import { MemoryStore, PlainPasswords } from '@parley/core/testing'
import { defaultSettings, silentLogger, startServer, systemClock, systemRandom } from '@parley/server'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { get, request } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, it, type TestContext } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { ChatUnderTest } from './chat-under-test.ts'

const fixture = (file: string) => join(import.meta.dirname, 'fixtures', file)
const certificate = fixture('localhost.crt')
const ca = readFileSync(certificate, 'utf8')
const page = 'https://chat.example'

describe('a server over https', () => {
  it('carries a chat over a WebSocket, both ways, beside its other listeners', async (t) => {
    const { https, ident } = await listening(t)
    const ours = getCACertificates('default')
    const untrusting = ChatUnderTest.open(`wss://ann@localhost:${https}`, { transport: webSocket() })
    await assert.rejects(untrusting, (error) => error instanceof ChatError && error.code === 'unreachable')
    // A WebSocket of Node knows no other way to trust a certificate, and nothing else runs in this process.
    setDefaultCACertificates([...ours, ca])
    t.after(() => setDefaultCACertificates(ours))
    const bob = await ChatUnderTest.open(`ident://bob@127.0.0.1:${ident}`, { sealing: 'off' })
    const ann = await ChatUnderTest.open(`wss://ann@localhost:${https}`, { transport: webSocket(), sealing: 'off' })
    const long = 'ä'.repeat(30_000)
    await ann.chat.say(long)
    await bob.hears(`broadcast ann ${long}`)
    await bob.chat.say('back')
    await ann.hears('broadcast bob back')
    const { messages } = await ann.chat.history.page('*', {}, 10)
    assert.deepEqual(
      messages.map(({ from }) => from),
      ['ann', 'bob'],
    )
    await Promise.all([ann.chat.close(), bob.chat.close()])
  })

  it('says that it is well', async (t) => {
    const { https } = await listening(t)
    const { status, body } = await new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
      const asking = get({ host: 'localhost', port: https, path: '/healthz', ca, agent: false }, (response) => {
        text(response).then((body) => resolve({ status: response.statusCode, body }), reject)
      })
      asking.on('error', reject)
    })
    assert.deepEqual([status, body], [200, 'ok\n'])
  })

  for (const [from, status] of [
    [undefined, 101],
    [page, 101],
    ['own', 101],
    ['https://evil.example', 403],
    [page.replace('https', 'http'), 403],
    ['null', 403],
  ] as const) {
    it(`gives ${status} to an upgrade from ${from ?? 'no page at all'}`, async (t) => {
      const { https } = await listening(t)
      const origin = from === 'own' ? `https://localhost:${https}` : from
      assert.equal(await upgraded(https, origin), status)
    })
  }
})

async function listening(t: TestContext) {
  const parts = {
    store: new MemoryStore(),
    passwords: new PlainPasswords(),
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
  }
  const listen = [`https://127.0.0.1:0?origin=${encodeURIComponent(page)}`, 'ident://127.0.0.1:0']
  const tls = { certificate, key: fixture('localhost.key') }
  const started = await startServer({ ...defaultSettings, listen, tls }, parts)
  assert.ok(started.ok, started.ok ? '' : started.message)
  t.after(() => started.value.stop())
  const port = (protocol: string) => started.value.listening.find((each) => each.protocol === protocol)?.port ?? 0
  return { https: port('https'), ident: port('ident') }
}

/** The status of the response to a request for `/chat` over a WebSocket. */
function upgraded(port: number, origin: string | undefined): Promise<number | undefined> {
  const headers = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': `${'A'.repeat(22)}==`,
    ...(origin !== undefined && { Origin: origin }),
  }
  return new Promise((resolve, reject) => {
    const asking = request({ host: 'localhost', port, path: '/chat', headers, ca, agent: false })
    asking.on('response', (response) => {
      resolve(response.statusCode)
      response.resume()
    })
    asking.on('upgrade', ({ statusCode }, socket) => {
      resolve(statusCode)
      socket.destroy()
    })
    asking.on('error', reject)
    asking.end()
  })
}
