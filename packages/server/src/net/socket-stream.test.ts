import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'
import { byteStreamSuite, type ByteStreamUnderTest, type FarSide } from '../../testing/byte-stream-suite.ts'
import { SocketStream } from './socket-stream.ts'

const options = { allowHalfOpen: true, noDelay: true }
const host = '127.0.0.1'
const certificate = fixture('localhost.crt')

byteStreamSuite('a TCP socket', async () => {
  const server = createServer(options)
  const port = await listening(server)
  const accepted = once(server, 'connection') as Promise<[Socket]>
  const client = connect({ port, host, allowHalfOpen: true })
  const [socket] = await accepted
  const stream = new SocketStream(socket)
  return opened(server, socket, stream, new SocketFarSide(client, client), true)
})

byteStreamSuite('a TLS socket', async () => {
  const server = createTlsServer({ ...options, cert: certificate, key: fixture('localhost.key') })
  const port = await listening(server)
  const accepted = once(server, 'secureConnection') as Promise<[Socket]>
  const raw = connect({ port, host, allowHalfOpen: true })
  const client = connectTls({ socket: raw, ca: certificate, servername: 'localhost' })
  const far = new SocketFarSide(client, raw)
  const [socket] = await accepted
  return opened(server, socket, new SocketStream(socket), far, false)
})

/** A client's socket. `raw`: what TLS goes over. */
class SocketFarSide implements FarSide {
  readonly heard: Uint8Array[] = []
  ended = false
  broken = false
  readonly #socket: Socket
  readonly #raw: Socket

  constructor(socket: Socket, raw: Socket) {
    this.#socket = socket
    this.#raw = raw
    socket.on('data', (chunk: Buffer) => this.heard.push(chunk))
    socket.on('end', () => (this.ended = true))
    socket.on('error', () => (this.broken = true))
    if (raw !== socket) raw.on('error', () => (this.broken = true))
  }

  say(bytes: Uint8Array): void {
    this.#socket.write(bytes)
  }

  hangUp(): void {
    this.#socket.end()
  }

  breakOff(): void {
    this.#raw.resetAndDestroy()
  }

  stopReading(): void {
    this.#socket.pause()
  }

  readOn(): void {
    this.#socket.resume()
  }

  destroy(): void {
    this.#raw.destroy()
  }
}

function opened(
  server: Server,
  socket: Socket,
  stream: SocketStream,
  far: SocketFarSide,
  canReset: boolean,
): ByteStreamUnderTest {
  const close = (): void => {
    far.destroy()
    socket.destroy()
    server.close()
  }
  return { stream, far, canReset, close }
}

async function listening(server: Server): Promise<number> {
  server.listen(0, host)
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('it listens at no port')
  return address.port
}

function fixture(file: string): string {
  return readFileSync(join(import.meta.dirname, '../../../../test/fixtures', file), 'utf8')
}
