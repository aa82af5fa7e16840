/**
 * The load of the fan-out benchmark, a process of its own: `listeners` that only listen and `senders` that talk in a closed
 * loop: never more than `window` messages per sender that not every listener has heard. Counts what the listeners hear by its
 * bytes, checks afterwards that nothing was lost, and prints deliveries per second as JSON.
 */
import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { bare, dialects } from './dialects.ts'

const [port, dialectName, peer, seconds, listenerCount, senderCount, window] = process.argv.slice(2)
const chosen = dialects[dialectName ?? ''] ?? dialects['ident']!
const dialect = peer === 'bare' ? bare(chosen) : chosen
const text = 'the quick brown fox jumps over the lazy dog, and the dog sleeps.'
const listeners: Socket[] = []
const senders: { socket: Socket; message: Buffer }[] = []
const warmUpMs = 1_000
const quietMs = 500

const frameBytes = dialect.heard(nameOf(0), text).length
const perMessage = frameBytes * Number(listenerCount)
const allowed = Number(senderCount) * Number(window)

let running = false
let heardBytes = 0
let sent = 0
let next = 0

function nameOf(index: number): string {
  return `user_${String(index).padStart(3, '0')}`
}

async function join(index: number): Promise<Socket> {
  const socket = connect({ port: Number(port), host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  socket.write(dialect.signIn(nameOf(index)))
  return socket
}

/** Nothing has been heard for a while: all have signed in, or all that was sent has come. */
async function quiet(): Promise<void> {
  for (let last = -1; last !== heardBytes; await new Promise((resolve) => setTimeout(resolve, quietMs)))
    last = heardBytes
}

for (let index = 0; index < Number(listenerCount); index++) {
  const socket = await join(index)
  socket.on('data', (chunk) => {
    heardBytes += chunk.length
    refill()
  })
  listeners.push(socket)
}
for (let index = 0; index < Number(senderCount); index++) {
  const name = nameOf(listeners.length + index)
  const socket = await join(listeners.length + index)
  socket.resume()
  senders.push({ socket, message: dialect.message(name, text) })
}
await quiet()

heardBytes = 0
running = true

function refill(): void {
  if (!running) return
  let free = Math.floor((heardBytes - sent * perMessage) / perMessage) + allowed
  // Half a window at a time: if each message that was heard let one go, the batches, and with them the figures, would hang on whose turn it is.
  if (free < allowed / 2) return
  for (; free > 0; free--) {
    const { socket, message } = senders[next]!
    next = (next + 1) % senders.length
    socket.write(message)
    sent++
  }
}

refill()
await new Promise((resolve) => setTimeout(resolve, warmUpMs))
const startBytes = heardBytes
const startedAt = performance.now()
await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1000))
const elapsed = (performance.now() - startedAt) / 1000
const deliveries = (heardBytes - startBytes) / frameBytes
running = false
await quiet()
// Heartbeats are the only other thing that is heard, and far fewer than one message for everybody.
const lost = Math.max(0, Math.round((sent * perMessage - heardBytes) / frameBytes))
process.stdout.write(`${JSON.stringify({ perSecond: Math.round(deliveries / elapsed), sent, lost })}\n`)
process.exit(0)
