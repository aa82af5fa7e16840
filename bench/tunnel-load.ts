/**
 * The load of the tunnel benchmark, a process of its own: two connections that a server has joined, by the `chatos` protocol or
 * because it does nothing else. One of them, or both, say as much as the other side takes; prints the bytes that were heard, in MB
 * a second, as JSON.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

const [peer, ways, seconds, ...ports] = process.argv.slice(2)
const warmUpMs = 500
const block = Buffer.alloc(1_048_576, 'x')
let heardBytes = 0

/** Reads into one buffer, so that the load costs less than what it measures. Retries until somebody listens. */
async function open(port: number): Promise<Socket> {
  for (;;) {
    const onread = { buffer: Buffer.alloc(1_048_576), callback: (bytes: number) => ((heardBytes += bytes), true) }
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread })
    try {
      await once(socket, 'connect')
      return socket
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

function frame(opcode: number, ...strings: readonly string[]): Buffer {
  const fields = strings.map((text) => Buffer.from(`\0${String.fromCharCode(text.length)}${text}`, 'latin1'))
  return Buffer.concat([Buffer.of(opcode), ...fields])
}

/** Says something and waits until so many bytes were heard, on whichever connection. */
async function exchange(socket: Socket, bytes: Buffer, answer: number): Promise<void> {
  const before = heardBytes
  socket.write(bytes)
  for (let heard = 0; heard < answer; heard = heardBytes - before) await new Promise((resolve) => setImmediate(resolve))
}

async function tunnel(port: number): Promise<readonly Socket[]> {
  const [ann, bob, annEnd, bobEnd] = [await open(port), await open(port), await open(port), await open(port)]
  const about = (opcode: number) => Buffer.concat([frame(opcode, 'ann', 'bob'), Buffer.of(0, 7)])
  const error = 2
  await exchange(ann, frame(1, 'ann'), error)
  await exchange(bob, frame(1, 'bob'), error)
  await exchange(ann, about(4), about(4).length + error)
  await exchange(bobEnd, about(5), about(5).length)
  await exchange(annEnd, about(7), 2 * error)
  return [annEnd, bobEnd]
}

async function joined(): Promise<readonly Socket[]> {
  const [one = 0, other = one] = ports.map(Number)
  return peer === 'parley' ? await tunnel(one) : [await open(one), await open(other)]
}

function pour(socket: Socket): void {
  while (socket.write(block)) continue
  socket.once('drain', () => pour(socket))
}

const [one, other] = await joined()
for (const talker of ways === 'both' ? [one!, other!] : [one!]) pour(talker)
await new Promise((resolve) => setTimeout(resolve, warmUpMs))
const startBytes = heardBytes
const startedAt = performance.now()
await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1000))
const perSecond = (heardBytes - startBytes) / 1e6 / ((performance.now() - startedAt) / 1000)
process.stdout.write(`${JSON.stringify({ perSecond })}\n`)
process.exit(0)
