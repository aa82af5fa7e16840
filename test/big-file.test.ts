import { defaultSettings } from '@parley/server'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync, readdirSync, watch } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { it, type TestContext } from 'node:test'
import { LineClient } from './line-client.ts'
import { restartableServer } from './restartable-server.ts'

const mebibyte = 1_048_576
/** `PARLEY_BIG=1` moves as much as one file may have by default. */
const size = (process.env['PARLEY_BIG'] === '1' ? 1_024 : 64) * mebibyte
/** Bytes that base64 turns into whole characters. */
const chunkBytes = 3 * 65_536
const mostResident = 150 * mebibyte

it('a large file goes from helo to json unchanged, in bounded memory of the server (X-7)', async (context) => {
  const metadata = `${size} big.bin ${weightedSum()}`
  await within(context, async ({ server, ann, bob, open, watchMemory }) => {
    ann.send(`FILE_TRANS @bob ${metadata}`)
    await bob.hears('FILE_TRANSFER_REQUEST')
    const ticket = '2c5ea4c0-4067-41e9-8bad-9b1deb4d3b7d'
    bob.send(`FILE_TRANSFER_RESPONSE {"sender": "ann", "status": "OK", "transferId": "${ticket}"}`)
    const ready = /READY_FOR_FILE @bob \d+ big\.bin -?\d+ (\d+)\n/
    await ann.until(() => ready.test(ann.heard), 'the port')
    const [, port] = ready.exec(ann.heard)!

    const taking = await open(server.port('json-files'))
    taking.write(`R${ticket}`)
    const received = receive(taking)
    const giving = await open(Number(port))
    watchMemory()
    giving.write(`FILE <ann @bob ${metadata} `)
    for (const chunk of chunks()) await written(giving, chunk.toString('base64'))
    giving.write('\n')

    const { bytes, header, md5 } = await received
    const [status] = (await once(giving, 'data')) as [Buffer]
    assert.equal(bytes, size)
    assert.equal(md5, wholeMd5())
    assert.equal(header, `bin${md5}`)
    assert.equal(status.toString(), 'FILE_STATUS file has successfully been delivered!\n')
  })
})

it('a large file goes from json to helo unchanged, in bounded memory of the server (X-7)', async (context) => {
  // Beforehand: it takes longer than a heartbeat may.
  const md5 = wholeMd5()
  const metadata = `${size} big.bin ${weightedSum()}`
  await within(context, async ({ server, ann, bob, open, watchMemory }) => {
    bob.send('FILE_TRANSFER_REQUEST {"receiver": "ann", "filename": "big.bin"}')
    const accepted = /"transferId": ?"([^"]+)"/
    await bob.until(() => accepted.test(bob.heard), 'the id')
    const [, ticket] = accepted.exec(bob.heard)!
    const giving = await open(server.port('json-files'))
    watchMemory()
    giving.write(`S${ticket}bin${md5}`)
    for (const chunk of chunks()) await written(giving, chunk)
    giving.end()

    await ann.hears(`FILE_TRANS @bob ${metadata}`)
    ann.send(`READY_FOR_FILE @bob ${metadata}`)
    const announced = /OPEN_PORT_TO_RECEIVE (\d+)\n/
    await ann.until(() => announced.test(ann.heard), 'the port')
    const [, port] = announced.exec(ann.heard)!
    const taking = await open(Number(port))
    taking.write('OPEN_PORT_TO_RECEIVE ann\n')
    assert.equal(await receiveLine(taking, `FILE <bob @bob ${metadata} `), md5)
    taking.end('FILE_STATUS file has successfully been delivered! @bob\n')
  })
})

/** Lets timers run in between, also where the system takes everything at once: the users have heartbeats to answer. */
async function written(socket: Socket, bytes: Buffer | string): Promise<void> {
  if (!socket.write(bytes)) await once(socket, 'drain')
  else await new Promise((resolve) => setImmediate(resolve))
}

interface Setting {
  readonly server: Awaited<ReturnType<typeof restartableServer>>
  /** By helo. */
  readonly ann: LineClient
  /** By json. */
  readonly bob: LineClient
  open(port: number): Promise<Socket>
  /** From now on the server's memory counts. */
  watchMemory(): void
}

/** A server with its two users, which must have kept to its memory, and have nothing left in its spool, at the end. */
async function within(context: TestContext, run: (setting: Setting) => Promise<void>): Promise<void> {
  const server = await restartableServer({
    listen: ['helo://127.0.0.1:0', 'json://127.0.0.1:0'],
    settings: { ...defaultSettings, log: { level: 'silent', file: null } },
  })
  const sockets: Socket[] = []
  const timers: NodeJS.Timeout[] = []
  const open = async (port: number): Promise<Socket> => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    sockets.push(socket)
    await once(socket, 'connect')
    return socket
  }
  try {
    const ann = await LineClient.open(server.port('helo'))
    sockets.push(ann.socket)
    ann.send('HELO ann')
    await ann.hears('+OK HELO ann')
    const bob = await LineClient.open(server.port('json'))
    sockets.push(bob.socket)
    bob.send('LOGIN_REQ {"username": "bob"}')
    await bob.hears('LOGIN_RESP')
    const beat = () => [ann, bob].forEach((client) => client.send('PONG'))
    timers.push(setInterval(beat, 1_000))
    let peak = 0
    const look = () => (peak = Math.max(peak, resident(server.process.pid)))
    await run({ server, ann, bob, open, watchMemory: () => timers.push(setInterval(look, 50)) })
    look()
    context.diagnostic(`the server took ${Math.round(peak / mebibyte)} MiB for ${size / mebibyte}`)
    assert.ok(peak < mostResident, `the server took ${Math.round(peak / mebibyte)} MiB`)
    await emptied(join(server.data, 'spool'))
  } finally {
    for (const timer of timers) clearInterval(timer)
    for (const socket of sockets) socket.destroy()
    await server.stop()
  }
}

/** The spool file goes at the end of the transfer, right after the status. */
async function emptied(directory: string): Promise<void> {
  const watcher = watch(directory)
  while (readdirSync(directory).length > 0) await once(watcher, 'change')
  watcher.close()
}

/** The same bytes each time, and no two chunks alike. */
function* chunks(): Generator<Buffer> {
  for (let at = 0; at < size; at += chunkBytes) {
    const chunk = Buffer.alloc(Math.min(chunkBytes, size - at), createHash('sha256').update(String(at)).digest())
    yield chunk
  }
}

function wholeMd5(): string {
  const md5 = createHash('md5')
  for (const chunk of chunks()) md5.update(chunk)
  return md5.digest('hex')
}

/** H-10 */
function weightedSum(): number {
  let sum = 0
  let weight = 0
  for (const chunk of chunks()) {
    for (const byte of chunk) {
      weight = (weight + 1) | 0
      sum = (sum + Math.imul((byte << 24) >> 24, weight)) | 0
    }
  }
  return sum
}

async function receive(
  socket: Socket,
): Promise<{ readonly bytes: number; readonly header: string; readonly md5: string }> {
  const md5 = createHash('md5')
  let header = Buffer.alloc(0)
  let bytes = 0
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    const missing = 35 - header.length
    header = Buffer.concat([header, chunk.subarray(0, missing)])
    const body = chunk.subarray(missing)
    bytes += body.length
    md5.update(body)
  }
  return { bytes, header: header.toString(), md5: md5.digest('hex') }
}

/** The MD5 of what stands in base64 behind `start` on one line. */
async function receiveLine(socket: Socket, start: string): Promise<string> {
  const md5 = createHash('md5')
  let head = ''
  let rest = ''
  for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    let text = chunk.toString('latin1')
    if (head.length < start.length) {
      const missing = start.length - head.length
      head += text.slice(0, missing)
      text = text.slice(missing)
    }
    const ended = text.endsWith('\n')
    const characters = rest + (ended ? text.slice(0, -1) : text)
    const whole = characters.length - (characters.length % 4)
    md5.update(Buffer.from(characters.slice(0, whole), 'base64'))
    rest = characters.slice(whole)
    if (ended) break
  }
  assert.deepEqual([head, rest], [start, ''])
  return md5.digest('hex')
}

/** Bytes; 0 where the system does not tell. */
function resident(pid: number | undefined): number {
  const status = `/proc/${pid}/status`
  const [, kibibytes = '0'] = (existsSync(status) && /VmRSS:\s+(\d+) kB/.exec(readFileSync(status, 'utf8'))) || []
  return Number(kibibytes) * 1_024
}
