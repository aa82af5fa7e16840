/**
 * The load of the private message benchmark, a process of its own: pairs of clients, each of whom
 * replies to every private message of the other at once. Checks afterwards that nothing was lost,
 * and prints its figures as JSON.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { enterAll, nameOf, wholeLines, type Client } from './clients.ts'
import { dialectNamed } from './dialects.ts'
import { measureCpu } from './processes.ts'

const [port, pid, dialectName, pairs, seconds] = process.argv.slice(2)
const dialect = dialectNamed(dialectName)
const text = 'the quick brown fox jumps over the lazy dog, and the dog sleeps.'
const warmUpMs = 1_000
const quietMs = 500
const atOnce = 50

const clients: Client[] = []
let sent = 0
let heard = 0
let running = true

await enterAll(Number(port), dialect, 2 * Number(pairs), atOnce, (client) => {
  clients.push(client)
  return true
})
// Until here the clients hear of sign-ins.
await wait(quietMs)
const turns = clients.map((client) => {
  const { socket, name } = client
  const message = dialect.privateMessage!(nameOf(Number(name.slice(1)) ^ 1), text)
  function talk(): void {
    sent++
    socket.write(message)
  }
  client.listener = wholeLines(socket, (bytes, from) => {
    if (!dialect.bringsPrivateMessage!(bytes, from)) return
    heard++
    if (running) talk()
  })
  return { name, talk }
})
for (const { name, talk } of turns) if (Number(name.slice(1)) % 2 === 0) talk()

await wait(warmUpMs)
const startHeard = heard
const startedAt = performance.now()
const measured = measureCpu(Number(pid))
await wait(Number(seconds) * 1000)
const messages = heard - startHeard
const perSecond = messages / ((performance.now() - startedAt) / 1000)
const cpu = measured(messages)
running = false
await wait(quietMs)
process.stdout.write(`${JSON.stringify({ perSecond, ...cpu, lost: sent - heard })}\n`)
process.exit(0)
