/**
 * The honest users of an attack, in a process of their own: each says something to everybody twice
 * a second, and the next one in line measures how long it took to come. Prints one JSON line for
 * each line that it reads, with what was measured since the one before.
 */
import { createInterface } from 'node:readline'
import { Client, enterAll, heartbeatsOnly, wholeLines } from '../clients.ts'
import { dialects } from '../dialects.ts'

const [port, count] = process.argv.slice(2).map(Number) as [number, number]
const everyMs = 500
const firstIndex = 90_000

const clients: Client[] = []
let dropped = 0
let latencies: number[] = []
/** When each user said its latest, by name and number. */
const sentAt = new Map<string, number>()

await enterAll(
  port,
  dialects.ident,
  count,
  count,
  (client) => {
    clients.push(client)
    client.socket.on('close', () => void dropped++)
    client.listener = heartbeatsOnly(client.socket)
    return true
  },
  firstIndex,
)
for (const [index, client] of clients.entries()) {
  const before = clients[(index + count - 1) % count]!
  const prefix = Buffer.from(`BCST ${before.name} `)
  client.listener = wholeLines(client.socket, (bytes, from, to) => {
    if (bytes.compare(prefix, 0, prefix.length, from, from + prefix.length) !== 0) return
    const key = `${before.name} ${bytes.toString('latin1', from + prefix.length, to)}`
    const at = sentAt.get(key)
    if (at === undefined) return
    sentAt.delete(key)
    latencies.push(performance.now() - at)
  })
  let number = 0
  setTimeout(
    () =>
      setInterval(() => {
        if (client.socket.destroyed) return
        sentAt.set(`${client.name} ${++number}`, performance.now())
        client.socket.write(`BCST ${number}\n`)
      }, everyMs),
    (everyMs * index) / count,
  )
}

process.stdout.write(`${JSON.stringify({ ready: true })}\n`)
for await (const _ of createInterface({ input: process.stdin })) {
  const now = performance.now()
  // What has not come yet took at least as long as it has been waited for.
  const all = [...latencies, ...Array.from(sentAt.values(), (at) => now - at).filter((ms) => ms > everyMs)]
  const sorted = all.sort((one, other) => one - other)
  const part = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  process.stdout.write(
    `${JSON.stringify({ count: sorted.length, p50: part(0.5), p99: part(0.99), max: part(1), dropped })}\n`,
  )
  latencies = []
}
process.exit(0)
