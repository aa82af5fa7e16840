import { protocols } from '@parley/protocols'
import assert from 'node:assert/strict'
import { createHash, randomBytes, type Hash } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { describe, it } from 'node:test'
import { serverUnderTest, type ServerUnderTest } from './server-under-test.ts'

const mebibyte = 1_048_576
const { notation } = protocols.find(({ name }) => name === 'chatos')!
const request = 'sender="ann" recipient="bob" password=7'

describe('a tunnel', () => {
  it('carries 32 MiB each way unchanged, and holds no more than a little of it while a reader sleeps', async () => {
    const admitted: Socket[] = []
    const server = await listening(admitted)
    const { all, annEnd, bobEnd } = await tunnel(server)
    const onServer = (client: Peer) => admitted.find((each) => each.remotePort === client.socket.localPort)!
    const [from, to] = [onServer(annEnd), onServer(bobEnd)]

    for (const end of [annEnd, bobEnd]) end.forget()
    bobEnd.socket.pause()
    const sent = [annEnd.pour(32), bobEnd.pour(32)]
    while (!(from.isPaused() && to.writableNeedDrain) && !from.readableEnded) await turn()
    const held = from.bytesRead - (to.bytesWritten - to.writableLength)
    assert.ok(held < 2 * mebibyte, `the server holds ${held} bytes`)
    bobEnd.socket.resume()

    const poured = await Promise.all(sent)
    await Promise.all([annEnd.ended, bobEnd.ended])
    assert.deepEqual([bobEnd.heardHash(), annEnd.heardHash()], poured)
    await leave(server, all)
  })

  it('tells neither side where the other is: no byte that either was sent says so', async () => {
    const server = await listening()
    const { all, ann, bob, annEnd, bobEnd } = await tunnel(server)
    annEnd.socket.write('hello')
    bobEnd.socket.write('hi')
    await bobEnd.hears(Buffer.from('hello'))
    await annEnd.hears(Buffer.from('hi'))
    for (const [who, others] of [
      [ann, [bob, bobEnd]],
      [annEnd, [bob, bobEnd]],
      [bob, [ann, annEnd]],
      [bobEnd, [ann, annEnd]],
    ] as const) {
      for (const trace of others.flatMap(({ traces }) => traces)) {
        assert.equal(who.heard.indexOf(trace), -1, `${trace.toString('hex')} in ${who.heard.toString('hex')}`)
      }
    }
    await leave(server, all)
  })

  it('frees what it held when both connections break at once while one of them waits to write', async () => {
    const admitted: Socket[] = []
    const server = await listening(admitted)
    const { all, annEnd, bobEnd } = await tunnel(server)
    const to = admitted.find((each) => each.remotePort === bobEnd.socket.localPort)!
    bobEnd.socket.pause()
    const pouring = annEnd.pour(32).catch(() => 'cut off')
    while (!to.writableNeedDrain) await turn()
    annEnd.socket.resetAndDestroy()
    bobEnd.socket.resetAndDestroy()
    while (server.running.listeners.size > 2) await turn()
    await pouring
    await leave(server, all)
  })
})

function listening(admitted: Socket[] = []): Promise<ServerUnderTest> {
  return serverUnderTest({ listen: ['chatos://127.0.0.1:0'], admitted: (socket) => void admitted.push(socket) })
}

/** An established tunnel from ann to bob, whose private sockets have heard that it is. */
async function tunnel(server: ServerUnderTest) {
  const open = () => Peer.open(server.port('chatos'))
  const [ann, bob, annEnd, bobEnd] = [await open(), await open(), await open(), await open()]
  await ann.says('CR pseudo="ann"', 'ERROR OK')
  await bob.says('CR pseudo="bob"', 'ERROR OK')
  await ann.says(`TCPAsk ${request}`, 'ERROR OK')
  await bob.hears(notation.write(`TCPAsk ${request}`))
  bobEnd.socket.write(notation.write(`TCPAccept ${request}`))
  await ann.hears(notation.write(`TCPAccept ${request}`))
  await annEnd.says(`TCPConnect ${request}`, 'ERROR OK')
  await bobEnd.hears(notation.write('ERROR OK'))
  return { all: [ann, bob, annEnd, bobEnd], ann, bob, annEnd, bobEnd }
}

async function leave(server: ServerUnderTest, peers: readonly Peer[]): Promise<void> {
  for (const { socket } of peers) socket.destroy()
  await server.stop()
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** A client that keeps the first of what it hears, and a hash of all of it. */
class Peer {
  readonly socket: Socket
  /** Its address and port, as text and as bytes. */
  readonly traces: readonly Buffer[]
  readonly ended: Promise<void>
  heard = Buffer.alloc(0)
  #hash = createHash('sha256')
  #wake: () => void = () => {}

  private constructor(socket: Socket) {
    this.socket = socket
    const { localAddress = '', localPort = 0 } = socket
    const texts = [localAddress, String(localPort)].map((text) => Buffer.from(text))
    const bytes = [Buffer.from(localAddress.split('.').map(Number)), Buffer.of(localPort >> 8, localPort & 255)]
    this.traces = [...texts, ...bytes]
    socket.on('error', () => {})
    this.ended = new Promise<void>((resolve) => socket.once('end', resolve))
    socket.on('data', (chunk: Buffer) => {
      this.#hash.update(chunk)
      if (this.heard.length < mebibyte) this.heard = Buffer.concat([this.heard, chunk])
      this.#wake()
    })
  }

  static async open(port: number): Promise<Peer> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
    await once(socket, 'connect')
    return new Peer(socket)
  }

  async says(line: string, answer: string): Promise<void> {
    this.socket.write(notation.write(line))
    await this.hears(notation.write(answer))
  }

  async hears(bytes: Uint8Array): Promise<void> {
    while (this.heard.indexOf(bytes) < 0) await new Promise<void>((resolve) => (this.#wake = resolve))
  }

  forget(): void {
    this.heard = Buffer.alloc(0)
    this.#hash = createHash('sha256')
  }

  /** Says so many MiB and then ends. Resolves to their hash; rejects when the connection breaks. */
  async pour(mebibytes: number): Promise<string> {
    const hash: Hash = createHash('sha256')
    for (let said = 0; said < mebibytes; said++) {
      const bytes = randomBytes(mebibyte)
      hash.update(bytes)
      await new Promise<void>((resolve, reject) =>
        this.socket.write(bytes, (error) => (error ? reject(error) : resolve())),
      )
    }
    this.socket.end()
    return hash.digest('hex')
  }

  heardHash(): string {
    return this.#hash.digest('hex')
  }
}
