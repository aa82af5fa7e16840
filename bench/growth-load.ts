/**
 * The load of `growth.ts`, a process of its own: so many clients sign in, one of them says something
 * ten times a second, and the last one to come in measures how long it takes. Prints its figures as
 * JSON.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { enterAll, heartbeatsOnly, wholeLines, type Client } from './clients.ts'
import { dialectNamed } from './dialects.ts'
import { measureCpu, residentBytes } from './processes.ts'

const [port, pid, dialectName, users, seconds] = process.argv.slice(2)
const dialect = dialectNamed(dialectName)
const atOnce = 100
const paceMs = 100
const warmUpMs = 1_000
const warmUpMessages = 20

const before = residentBytes(Number(pid))
const clients: Client[] = []
await enterAll(Number(port), dialect, Number(users), atOnce, (client) => {
  client.listener = heartbeatsOnly(client.socket)
  clients.push(client)
  return true
})
await wait(warmUpMs)
const bytesEach = (residentBytes(Number(pid)) - before) / Number(users)

const [sender] = clients
const last = clients.at(-1)!
const saidAt = new Map<string, number>()
const latencies: number[] = []
last.listener = wholeLines(last.socket, (bytes, from, to) => {
  const [, text] = /(pace-\d+)/.exec(bytes.toString('latin1', from, to)) ?? []
  const at = saidAt.get(text ?? '')
  if (at === undefined) return
  saidAt.delete(text!)
  latencies.push(performance.now() - at)
})
// The first messages start what keeps them, and have code compiled.
for (let number = 0; number < warmUpMessages; number++) {
  sender!.socket.write(dialect.message(sender!.name, 'warm-up'))
  await wait(paceMs)
}
await wait(warmUpMs)
const measured = measureCpu(Number(pid))
const count = (Number(seconds) * 1_000) / paceMs
const began = performance.now()
for (let number = 0; number < count; number++) {
  const text = `pace-${number}`
  saidAt.set(text, performance.now())
  sender!.socket.write(dialect.message(sender!.name, text))
  await wait(Math.max(0, began + (number + 1) * paceMs - performance.now()))
}
await wait(warmUpMs)
const cpu = measured(count * Number(users))
const sorted = latencies.toSorted((one, other) => one - other)
const part = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
process.stdout.write(
  `${JSON.stringify({ ...cpu, bytesEach, lost: saidAt.size, p50: part(0.5), p99: part(0.99), p999: part(0.999) })}\n`,
)
process.exit(0)
