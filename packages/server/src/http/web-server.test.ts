import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request, type IncomingMessage, type Server } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, it, type TestContext } from 'node:test'
import { WebSocket, type ClientOptions } from 'ws'
import { MemoryServer } from '../../testing/memory-server.ts'
import type { ByteStream } from '../net/byte-stream.ts'
import { parseOrigins } from './origins.ts'
import { makeWebServer } from './web-server.ts'

/** What came over a stream, and what it was told. */
interface Opened {
  readonly stream: ByteStream
  readonly heard: string[]
}

async function webServer(t: TestContext, origin = '', requestMs = 10_000) {
  const { composed } = await MemoryServer.start()
  const opened: Opened[] = []
  let wake = () => {}
  const server: Server = await makeWebServer({
    origins: parseOrigins(origin),
    tls: null,
    hooks: composed.services.hooks,
    page: composed.services.page,
    requestMs,
    sockets: { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 },
    opened: (stream) => {
      const heard: string[] = []
      const note = (what: string) => {
        heard.push(what)
        wake()
      }
      stream.readBy({
        data: (chunk) => note(Buffer.from(chunk).toString()),
        ended: () => note('[ended]'),
        closed: () => note('[closed]'),
      })
      opened.push({ stream, heard })
      wake()
    },
  })
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    port,
    opened,
    /** Resolves once it is true; asked again whenever a stream was told something. */
    async until(isSo: () => boolean): Promise<void> {
      while (!isSo()) await new Promise<void>((resolve) => (wake = resolve))
    },
    async webSocket(options: ClientOptions = {}): Promise<WebSocket> {
      const client = new WebSocket(`ws://127.0.0.1:${port}/chat`, options)
      t.after(() => client.terminate())
      await once(client, 'open')
      return client
    },
    ask(path: string, method = 'GET', headers: Record<string, string> = {}): Promise<IncomingMessage> {
      return new Promise((resolve, reject) => {
        const asking = request({ host: '127.0.0.1', port, path, method, headers }, resolve)
        asking.on('upgrade', resolve)
        asking.on('error', reject)
        asking.end()
      })
    },
  }
}

const upgrade = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'A'.repeat(22) + '==',
}

describe('the web server', () => {
  // Proves parley.md HTTP (1): nothing else is there.
  it('says that it is well, and has nothing else', async (t) => {
    const { ask } = await webServer(t)
    const well = await ask('/healthz')
    assert.deepEqual([well.statusCode, await text(well)], [200, 'ok\n'])
    for (const [path, method, status] of [
      ['/', 'GET', 404],
      ['/healthz/', 'GET', 404],
      ['/healthz', 'POST', 404],
      ['/../etc/passwd', 'GET', 404],
      ['/chat', 'GET', 426],
    ] as const) {
      const response = await ask(path, method)
      response.resume()
      assert.equal(response.statusCode, status, `${method} ${path}`)
      assert.equal(response.headers['x-content-type-options'], 'nosniff')
      assert.match(String(response.headers['content-security-policy']), /default-src 'none'/)
    }
  })

  // Proves L-16: no page of somebody else's opens a WebSocket.
  // parley.md Frames (4): the same.
  it('upgrades /chat alone, and for nobody else’s pages', async (t) => {
    const { ask, port } = await webServer(t, 'https://chat.example')
    const status = async (path: string, origin?: string) => {
      const response = await ask(path, 'GET', origin === undefined ? upgrade : { ...upgrade, Origin: origin })
      response.destroy()
      return response.statusCode
    }
    assert.equal(await status('/chat'), 101)
    assert.equal(await status('/chat', `http://127.0.0.1:${port}`), 101)
    assert.equal(await status('/chat', 'https://chat.example'), 101)
    assert.equal(await status('/chat', 'https://evil.example'), 403)
    assert.equal(await status('/chat', 'null'), 403)
    assert.equal(await status('/other'), 404)
  })

  // Proves parley.md Frames (3): neither is agreed on.
  it('takes no subprotocol and no compression', async (t) => {
    const { ask } = await webServer(t)
    const offers = { 'Sec-WebSocket-Protocol': 'parley, other', 'Sec-WebSocket-Extensions': 'permessage-deflate' }
    const response = await ask('/chat', 'GET', { ...upgrade, ...offers })
    response.destroy()
    assert.equal(response.statusCode, 101)
    assert.equal(response.headers['sec-websocket-protocol'], undefined)
    assert.equal(response.headers['sec-websocket-extensions'], undefined)
  })

  it('cuts off a body that never ends, and goes on', async (t) => {
    const { port, ask } = await webServer(t)
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write('POST /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n')
    const said = await text(socket)
    assert.match(said, /^HTTP\/1.1 404 /)
    assert.match(said, /Connection: close/i)
    assert.equal((await ask('/healthz')).resume().statusCode, 200)
  })

  it('cuts off whoever never says what it wants', async (t) => {
    const { port } = await webServer(t, '', 300)
    const silent = connect(port, '127.0.0.1')
    const slow = connect(port, '127.0.0.1')
    slow.write('GET /healthz HTTP/1.1\r\nX-A: ')
    const drip = setInterval(() => slow.write('a'), 50)
    t.after(() => clearInterval(drip))
    // A reset is an end as well.
    const cutOff = (socket: Socket) =>
      new Promise((resolve) =>
        socket
          .on('error', () => {})
          .once('close', resolve)
          .resume(),
      )
    await Promise.all([silent, slow].map(cutOff))
  })
})

describe('a WebSocket as a stream of lines', () => {
  it('hands each message on as a line, and each line as a message', async (t) => {
    const { webSocket, opened, until } = await webServer(t)
    const client = await webSocket()
    const messages: string[] = []
    const came = once(client, 'message')
    client.on('message', (data: Buffer, isBinary) => messages.push(`${isBinary} ${data.toString()}`))
    client.send('{"a":\r\n1}')
    client.send('two')
    await until(() => opened[0]?.heard.join('').endsWith('two\n') === true)
    const [{ stream, heard }] = opened as [Opened]
    assert.equal(heard.join(''), '{"a":\t\t1}\ntwo\n')
    const taken = new Promise<void>((resolve) => stream.write(Buffer.from('one\ntwo\n'), resolve))
    await Promise.all([came, taken])
    stream.write(Buffer.from('three\n'))
    while (messages.length < 3) await once(client, 'message')
    assert.deepEqual(messages, ['false one', 'false two', 'false three'])
  })

  it('keeps what comes while it is paused, and the end behind it', async (t) => {
    const { webSocket, opened, until } = await webServer(t)
    const client = await webSocket()
    client.send('one')
    await until(() => opened[0]?.heard.length === 1)
    const [{ stream, heard }] = opened as [Opened]
    stream.pause()
    client.send('two')
    client.close()
    stream.resume()
    await until(() => heard.includes('[ended]'))
    assert.deepEqual(heard, ['one\n', 'two\n', '[ended]'])
    assert.equal(stream.closed, false)
    stream.end()
    await until(() => heard.includes('[closed]'))
    assert.ok(stream.closed)
  })

  // Proves parley.md Frames (3): what is no text message ends it.
  it('is broken off by a socket that breaks, a binary message, one that is too long, and no UTF-8', async (t) => {
    const { webSocket, opened, until } = await webServer(t)
    const breaks: readonly (readonly [(client: WebSocket) => void, number | null])[] = [
      [(client) => client.terminate(), null],
      [(client) => client.send(Buffer.from('binary')), 1003],
      [(client) => client.send('x'.repeat(131_073)), 1009],
      [(client) => client.send(Buffer.from([0xff]), { binary: false }), 1007],
    ]
    for (const [at, [spoil, code]] of breaks.entries()) {
      const client = await webSocket()
      client.on('error', () => {})
      const closed = once(client, 'close')
      await until(() => opened.length === at + 1)
      spoil(client)
      if (code !== null) assert.equal((await closed)[0], code)
      const { stream, heard } = opened[at]!
      await until(() => heard.length > 0)
      stream.destroy()
      await until(() => heard.includes('[closed]'))
      assert.ok(!heard.some((each) => each.endsWith('\n')))
    }
  })

  it('does not gather a message of endless pieces', async (t) => {
    const { webSocket, opened, until } = await webServer(t)
    const client = await webSocket()
    client.on('error', () => {})
    const closed = once(client, 'close')
    await until(() => opened.length === 1)
    for (let piece = 0; piece < 2_000; piece++) client.send('x', { fin: false })
    await closed
    assert.ok(!opened[0]!.heard.some((each) => each.startsWith('x')))
  })

  it('answers a ping, and keeps no answers for whoever does not read', async (t) => {
    const { webSocket, opened, until } = await webServer(t)
    const client = await webSocket()
    const pong = once(client, 'pong')
    client.ping('p')
    assert.equal(String((await pong)[0]), 'p')
    client.pause()
    const [{ stream, heard }] = opened as [Opened]
    // Once the system takes no more, what is written stays here.
    const large = Buffer.from(`${'x'.repeat(100_000)}\n`)
    while (stream.unsent === 0) {
      for (let line = 0; line < 40; line++) stream.write(large)
      await new Promise(setImmediate)
    }
    const before = stream.unsent
    for (let ping = 0; ping < 1_000; ping++) client.ping('p'.repeat(100))
    client.send('after the pings')
    await until(() => heard.length > 0)
    assert.ok(stream.unsent <= before)
  })

  it('says goodbye before it ends', async (t) => {
    const { webSocket, opened, until } = await webServer(t)
    const client = await webSocket()
    await until(() => opened.length === 1)
    const [{ stream, heard }] = opened as [Opened]
    const message = once(client, 'message')
    const closed = once(client, 'close')
    const ended = new Promise<void>((resolve) => {
      stream.write(Buffer.from('bye\n'))
      stream.end(resolve)
      stream.write(Buffer.from('too late\n'))
    })
    await ended
    assert.equal(String((await message)[0]), 'bye')
    assert.equal((await closed)[0], 1000)
    await until(() => heard.includes('[closed]'))
    assert.deepEqual(heard, ['[closed]'])
  })
})
