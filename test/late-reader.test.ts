import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { it } from 'node:test'
import { LineClient } from './line-client.ts'
import { serverUnderTest } from './server-under-test.ts'

const ticket = '2c5ea4c0-4067-41e9-8bad-9b1deb4d3b7d'
const header = `bin${'0'.repeat(32)}`
const file = Buffer.alloc(2 * 1_048_576, 'late')

it('a receiver that reads half a minute after the delivery gets every byte of the file (J-16)', async (t) => {
  const server = await serverUnderTest({ listen: ['json://127.0.0.1:0'] })
  const sockets: Socket[] = []
  t.after(async () => {
    for (const socket of sockets) socket.destroy()
    await server.stop()
  })
  const signIn = async (name: string): Promise<LineClient> => {
    const client = await LineClient.open(server.port('json'))
    sockets.push(client.socket)
    client.send(`LOGIN_REQ {"username": "${name}"}`)
    await client.hears('LOGIN_RESP')
    return client
  }
  const open = async (): Promise<Socket> => {
    const socket = connect({ port: server.port('json-files'), host: '127.0.0.1' })
    sockets.push(socket)
    await once(socket, 'connect')
    return socket
  }

  const [ann, bob] = [await signIn('ann'), await signIn('bob')]
  ann.send('FILE_TRANSFER_REQUEST {"receiver": "bob", "filename": "big.bin"}')
  await bob.hears('FILE_TRANSFER_REQUEST')
  bob.send(`FILE_TRANSFER_RESPONSE {"sender": "ann", "status": "OK", "transferId": "${ticket}"}`)
  await ann.hears(ticket)

  const taking = await open()
  const giving = await open()
  taking.write(`R${ticket}`)
  giving.end(Buffer.concat([Buffer.from(`S${ticket}${header}`), file]))
  giving.resume()
  const delivered = once(giving, 'close')
  const chunks: Buffer[] = []
  // No more is read than lets the system take the rest from the server.
  while (server.running.listeners.size > 3) {
    await server.rest()
    const chunk = server.running.listeners.size > 3 ? (taking.read(65_536) as Buffer | null) : null
    if (chunk) chunks.push(chunk)
  }
  await delivered
  server.clock.advance(30_000)
  for await (const chunk of taking as AsyncIterable<Buffer>) chunks.push(chunk)
  const received = Buffer.concat(chunks)
  assert.equal(received.length, header.length + file.length)
  assert.ok(received.subarray(header.length).equals(file))
})
