import { MemoryStore, PlainPasswords } from '@parley/core/testing'
import { defaultSettings, silentLogger, startServer, systemClock, systemRandom, type Settings } from '@parley/server'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { proxyHeader } from '../bench/attacks/proxy-header.ts'
import { LineClient } from './line-client.ts'
import { within } from './within.ts'

const fixture = (file: string) => join(import.meta.dirname, 'fixtures', file)
const tls = { certificate: fixture('localhost.crt'), key: fixture('localhost.key') }
const elsewhere = '198.51.100.7'

async function opened(t: TestContext, listen: readonly string[], limits: Partial<Settings['limits']> = {}) {
  const warnings: { readonly message: string; readonly fields: object }[] = []
  const logger = {
    ...silentLogger,
    warn: (fields: object, message: string) => void warnings.push({ message, fields }),
    info: (fields: object, message: string) => void warnings.push({ message, fields }),
  }
  const parts = { store: new MemoryStore(), passwords: new PlainPasswords(), clock: systemClock, random: systemRandom }
  const settings = { ...defaultSettings, listen, tls, limits: { ...defaultSettings.limits, ...limits } }
  const started = await startServer(settings, { ...parts, logger })
  assert.ok(started.ok)
  let isStopped = false
  const stop = async (): Promise<void> => {
    if (!isStopped) await started.value.stop()
    isStopped = true
  }
  const sockets: Socket[] = []
  t.after(async () => {
    for (const socket of sockets) socket.destroy()
    await stop()
  })
  const open = async (at = 0): Promise<Socket> => {
    const socket = connect({ port: started.value.listening[at]!.port, host: '127.0.0.1', noDelay: true })
    socket.on('error', () => {})
    sockets.push(socket)
    await within(once(socket, 'connect'), 'a connection')
    return socket
  }
  const openFrom = async (address: string, at = 0): Promise<LineClient> => {
    const socket = await open(at)
    socket.write(proxyHeader(address))
    return new LineClient(socket)
  }
  const logged = async (message: string): Promise<object> => {
    for (;;) {
      const found = warnings.find((each) => each.message === message)
      if (found) return found.fields
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return { stop, open, openFrom, logged, listeners: started.value.listeners }
}

const closed = (socket: Socket) => within(once(socket.resume(), 'close'), 'the end of a connection')

describe('limits of listeners (X-8)', () => {
  it('connectionsPerAddress closes one more at once, of an IPv6 network as of an address', async (t) => {
    const { openFrom, logged } = await opened(t, ['ident://127.0.0.1:0?proxy=v2'], { connectionsPerAddress: 2 })
    for (const addresses of [
      [elsewhere, elsewhere, elsewhere],
      ['2001:db8::1', '2001:db8::2', '2001:db8::3'],
    ]) {
      const [one, two, three] = addresses as [string, string, string]
      const first = await openFrom(one)
      await first.hears('INIT')
      await (await openFrom(two)).hears('INIT')
      await (await openFrom(three)).closed()
      await first.close()
    }
    const fields = await logged('refused: too many connections from this address')
    assert.deepEqual(fields, { protocol: 'ident', address: elsewhere })
    await (await openFrom('2001:db8:0:1::1')).hears('INIT')
  })

  it('connections: who is without a sign-in for the longest time gives way, and who is signed in stays', async (t) => {
    const { open } = await opened(t, ['ident://127.0.0.1:0'], { connections: 2 })
    const anna = new LineClient(await open())
    anna.send('IDENT anna')
    await anna.hears('OK IDENT')
    const unauthenticated = new LineClient(await open())
    await unauthenticated.hears('INIT')
    const bert = new LineClient(await open())
    await unauthenticated.closed()
    bert.send('IDENT bert')
    await anna.hears('JOINED bert')
    await closed(await open())
    anna.send('BCST still here')
    await bert.hears('BCST anna still here')
  })
})

describe('PROXY protocol v2', () => {
  it('says where a connection comes from, also over TLS', async (t) => {
    const { open, openFrom, logged } = await opened(
      t,
      ['ident://127.0.0.1:0?proxy=v2', 'idents://127.0.0.1:0?proxy=v2'],
      { connectionsPerAddress: 1 },
    )
    const anna = await openFrom(elsewhere)
    await anna.hears('INIT')
    const socket = await open(1)
    socket.write(proxyHeader('192.0.2.7'))
    const secured = connectTls({ socket, ca: readFileSync(tls.certificate), host: 'localhost' })
    const bert = new LineClient(secured)
    await bert.hears('INIT')
    bert.send('IDENT bert')
    await bert.hears('OK IDENT bert')
    const again = await open(1)
    again.write(proxyHeader(elsewhere))
    await closed(again)
    assert.deepEqual(await logged('refused: too many connections from this address'), {
      protocol: 'ident',
      address: elsewhere,
    })
    await bert.close()
  })

  it('counts for HTTP and HTTPS as well', async (t) => {
    const { open, logged } = await opened(t, ['http://127.0.0.1:0?proxy=v2', 'https://127.0.0.1:0?proxy=v2'], {
      connectionsPerAddress: 1,
    })
    const upgrade = [
      'GET /chat HTTP/1.1',
      'Host: localhost',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
      '\r\n',
    ].join('\r\n')
    const plain = await open(0)
    const anna = new LineClient(plain)
    plain.write(Buffer.concat([proxyHeader(elsewhere), Buffer.from(upgrade)]))
    await anna.hears('101 Switching Protocols')
    assert.deepEqual(await logged('opened'), { connection: 'http-1', address: elsewhere })
    const socket = await open(1)
    socket.write(proxyHeader('192.0.2.7'))
    const secured = connectTls({ socket, ca: readFileSync(tls.certificate), host: 'localhost' })
    const bert = new LineClient(secured)
    secured.write(upgrade)
    await bert.hears('101 Switching Protocols')
    const again = await open(1)
    again.write(proxyHeader(elsewhere))
    await closed(again)
    const fields = await logged('refused: too many connections from this address')
    assert.deepEqual(fields, { protocol: 'http', address: elsewhere })
    await bert.close()
  })

  it('may come in pieces, and with what the client says behind it', async (t) => {
    const { open } = await opened(t, ['ident://127.0.0.1:0?proxy=v2'])
    const socket = await open()
    const client = new LineClient(socket)
    const bytes = Buffer.concat([proxyHeader('2001:db8::1'), Buffer.from('IDENT anna\n')])
    for (const byte of bytes) {
      socket.write(Buffer.of(byte))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await client.hears('OK IDENT anna')
  })

  it('counts for the file port of json as well: nobody from elsewhere takes a file (J-16)', async (t) => {
    const { openFrom } = await opened(t, ['json://127.0.0.1:0?proxy=v2'])
    const [anna, bert] = [await openFrom(elsewhere), await openFrom('192.0.2.7')]
    for (const [client, name] of [
      [anna, 'anna'],
      [bert, 'bert'],
    ] as const) {
      client.send(`LOGIN_REQ {"username":"${name}"}`)
      await client.hears('LOGIN_RESP')
    }
    const ticket = '2c5ea4c0-4067-41e9-8bad-9b1deb4d3b7d'
    anna.send('FILE_TRANSFER_REQUEST {"receiver":"bert","filename":"a.txt","size":5}')
    await bert.hears('FILE_TRANSFER_REQUEST')
    bert.send(`FILE_TRANSFER_RESPONSE {"sender":"anna","status":"OK","transferId":"${ticket}"}`)
    await anna.hears(ticket)
    const thief = await openFrom('203.0.113.9', 1)
    thief.socket.write(`R${ticket}`)
    await thief.closed()
    const [taking, giving] = [await openFrom('192.0.2.7', 1), await openFrom(elsewhere, 1)]
    taking.socket.write(`R${ticket}`)
    giving.socket.end(`S${ticket}txt5d41402abc4b2a76b9719d911017c592hello`)
    await taking.hears('hello')
    assert.equal(thief.heard, '')
  })

  it('lets the balancer look for itself', async (t) => {
    const { open } = await opened(t, ['ident://127.0.0.1:0?proxy=v2'])
    const socket = await open()
    const client = new LineClient(socket)
    socket.write(Buffer.from('0d0a0d0a000d0a515549540a20000000', 'hex'))
    await client.hears('INIT')
  })

  it('is demanded: whoever begins with anything else is closed without a word', async (t) => {
    const { open, logged } = await opened(t, ['ident://127.0.0.1:0?proxy=v2'])
    const udp = proxyHeader(elsewhere)
    udp[13] = 0x12
    const tooLong = proxyHeader(elsewhere)
    tooLong.writeUInt16BE(5_000, 14)
    for (const bytes of [Buffer.from('IDENT anna\nIDENT anna\n'), udp, tooLong]) {
      const socket = await open()
      let heard = 0
      socket.on('data', (chunk) => void (heard += chunk.length))
      socket.write(bytes)
      await closed(socket)
      assert.equal(heard, 0)
    }
    const short = await open()
    short.end('\r\n')
    await closed(short)
    await logged('refused: no header of PROXY protocol v2')
  })
})

describe('a TLS listener', () => {
  it('lets go at once of whoever goes away before the handshake', async (t) => {
    const { open, listeners } = await opened(t, ['idents://127.0.0.1:0'])
    const [one, other] = [await open(), await open()]
    while (listeners.size < 2) await new Promise((resolve) => setImmediate(resolve))
    one.end()
    other.resetAndDestroy()
    while (listeners.size > 0) await new Promise((resolve) => setImmediate(resolve))
  })

  it('does not wait with its stop for handshakes', async (t) => {
    const { open, listeners, stop } = await opened(t, ['idents://127.0.0.1:0', 'ident://127.0.0.1:0?proxy=v2'])
    const silent = [await open(), await open(1)]
    while (listeners.size < 2) await new Promise((resolve) => setImmediate(resolve))
    const stopped = stop()
    await Promise.all(silent.map(closed))
    await stopped
    assert.equal(listeners.size, 0)
  })
})
