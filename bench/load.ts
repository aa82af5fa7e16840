/**
 * The load of the fan-out benchmarks, a process of its own: `listeners` that only listen and
 * `senders` that talk in a closed loop: never more than `window` messages per sender that not every
 * listener has heard. Counts what the listeners hear by its bytes, checks afterwards that nothing
 * was lost, and prints its figures as JSON.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { enterAll, type Client } from './clients.ts'
import { dialectNamed } from './dialects.ts'
import { measureCpu } from './processes.ts'

const [port, pid, dialectName, seconds, listenerCount, senderCount, window] = process.argv.slice(2)
const dialect = dialectNamed(dialectName)
const text = 'the quick brown fox jumps over the lazy dog, and the dog sleeps.'
const warmUpMs = 1_000
/** A disk, or a machine with other work, may take its time. */
const quietMs = 1_500
const atOnce = 50
const allowed = Number(senderCount) * Number(window)

const clients: Client[] = []
let running = false
let heardBytes = 0
let sent = 0
let next = 0

/** Nothing has been heard for a while: all have signed in, or all that was sent has come. */
async function quiet(): Promise<void> {
  for (let last = -1; last !== heardBytes; await wait(quietMs)) last = heardBytes
}

await enterAll(Number(port), dialect, Number(listenerCount) + Number(senderCount), atOnce, (client) => {
  clients.push(client)
  return true
})
const senders = clients.slice(Number(listenerCount)).map(({ socket, name }) => {
  return { socket, message: dialect.message(name, text) }
})
for (const client of clients.slice(0, Number(listenerCount)))
  client.listener = (_, length) => {
    heardBytes += length
    refill()
  }
await quiet()

// What one message is at a listener is learnt from one message: servers differ in how they name the
// sender.
heardBytes = 0
senders[0]!.socket.write(senders[0]!.message)
await quiet()
const perMessage = heardBytes
const frameBytes = perMessage / Number(listenerCount)
if (perMessage === 0 || !Number.isInteger(frameBytes)) throw new Error(`${perMessage} bytes were heard of one message`)
heardBytes = 0
running = true

function refill(): void {
  if (!running) return
  let free = Math.floor((heardBytes - sent * perMessage) / perMessage) + allowed
  // Half a window at a time: if each message that was heard let one go, the batches, and with them
  // the figures, would hang on whose turn it is.
  if (free < allowed / 2) return
  for (; free > 0; free--) {
    const { socket, message } = senders[next]!
    next = (next + 1) % senders.length
    socket.write(message)
    sent++
  }
}

refill()
await wait(warmUpMs)
const startBytes = heardBytes
const startedAt = performance.now()
const measured = measureCpu(Number(pid))
await wait(Number(seconds) * 1000)
const deliveries = (heardBytes - startBytes) / frameBytes
const perSecond = deliveries / ((performance.now() - startedAt) / 1000)
const cpu = measured(deliveries)
running = false
await quiet()
// Heartbeats are the only other thing that is heard, and far fewer than one message for everybody.
const lost = Math.max(0, Math.round((sent * perMessage - heardBytes) / frameBytes))
process.stdout.write(`${JSON.stringify({ perSecond, ...cpu, lost })}\n`)
process.exit(0)
