/**
 * `node bench/cluster-fan-out.ts [--listeners 500] [--messages 1000] [--together 1]`: CPU for each delivery of a message to everybody, on
 * three servers that are alone and on three nodes, by `ident`, in the same run. Each has as many listeners, and all three share
 * one core. The ratio is that of the nodes to those that are alone.
 */
import { NatsServers, withoutNats } from '@parley/server/testing'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { lines, start } from './processes.ts'

const { values } = parseArgs({
  options: { listeners: { type: 'string' }, messages: { type: 'string' }, together: { type: 'string' } },
})
const listeners = Number(values.listeners ?? 500)
const messages = Number(values.messages ?? 1_000)
/** Messages that are said together, each by somebody else. */
const burst = Number(values.together ?? 1)
/** Messages that are not counted. */
const warmUp = 400
/** Of a second, as the kernel counts CPU time. */
const ticks = 100
const parley = join(import.meta.dirname, '..', 'packages', 'terminal', 'bin', 'parley.js')

interface Served {
  readonly name: string
  readonly pid: number
  readonly port: number
  stop(): void
}

interface Announced {
  readonly event: string
  readonly port: number
}

const directory = mkdtempSync(join(tmpdir(), 'parley-bench-'))
const running: Served[] = []

async function serve(name: string, ...more: readonly string[]): Promise<Served> {
  const options = ['--data', join(directory, name), '--listen', 'ident://127.0.0.1:0', '--rate-limit', 'off']
  const child = start(0, parley, 'serve', ...options, '--log-level', 'silent', ...more)
  const announced = await lines<Announced>(child, ({ event }) => event === 'ready')
  const served = { name, pid: child.pid!, port: announced[0]!.port, stop: () => void child.kill() }
  running.push(served)
  return served
}

/** Microseconds of CPU for each delivery, on each, while there are senders on some of them. */
async function measure(servers: readonly Served[], speaking: readonly Served[]): Promise<readonly number[]> {
  const heard: Hearing[] = []
  for (const [index, { port }] of servers.entries()) {
    for (let made = 0; made < listeners; made++) heard.push(await Hearing.signIn(port, `l${index}x${made}`))
  }
  const senders: Hearing[] = []
  for (const { port } of speaking) {
    for (let made = 0; made < burst; made++) senders.push(await Hearing.signIn(port, `sender${made}`))
  }
  const say = async (from: number, count: number) => {
    for (let sent = from; sent < from + count; sent += burst) {
      for (const { socket } of senders) socket.write('BCST a message of a usual length\n')
      const expected = sent + burst
      await Promise.all(heard.map((each) => each.until(expected)))
    }
  }
  await say(0, warmUp)
  const before = servers.map(({ pid }) => cpuTicks(pid))
  await say(warmUp, messages)
  const used = servers.map(({ pid }, index) => cpuTicks(pid) - before[index]!)
  for (const { socket } of [...heard, ...senders]) socket.destroy()
  return used.map((each) => ((each / ticks) * 1e6) / (listeners * messages))
}

class Hearing {
  readonly socket: Socket
  #heard = 0
  #wanted = Infinity
  #reached: () => void = () => {}

  private constructor(socket: Socket) {
    this.socket = socket
  }

  static async signIn(port: number, name: string): Promise<Hearing> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const hearing = new Hearing(socket)
    await new Promise<void>((resolve) => {
      socket.on('data', (chunk: Buffer) => {
        const text = chunk.toString('latin1')
        if (text.includes('OK IDENT')) resolve()
        hearing.#hear(text)
      })
      socket.write(`IDENT ${name}\n`)
    })
    return hearing
  }

  until(count: number): Promise<void> {
    if (this.#heard >= count) return Promise.resolve()
    this.#wanted = count
    return new Promise((resolve) => (this.#reached = resolve))
  }

  #hear(text: string): void {
    this.#heard += text.split('BCST sender').length - 1
    if (text.includes('PING')) this.socket.write('PONG\n')
    if (this.#heard < this.#wanted) return
    this.#wanted = Infinity
    this.#reached()
  }
}

/** The process's own and that of its threads. */
function cpuTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return Number(fields[11]) + Number(fields[12])
}

function mean(figures: readonly number[]): number {
  return figures.reduce((sum, each) => sum + each, 0) / figures.length
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

if (withoutNats !== false) throw new Error(withoutNats)
const nats = await NatsServers.start(3)
try {
  const alone: Served[] = []
  for (const name of ['one', 'two', 'three']) alone.push(await serve(name))
  const single = mean(await measure(alone, alone))
  say(`three servers that are alone: ${single.toFixed(2)} µs for each delivery`)
  for (const { stop } of alone) stop()
  const nodes: Served[] = []
  for (const name of ['berlin', 'paris', 'rome']) nodes.push(await serve(name, '--cluster', `nats://${nats.hosts}`))
  const figures = await measure(nodes, nodes.slice(0, 1))
  for (const [index, each] of figures.entries()) say(`${nodes[index]!.name}: ${each.toFixed(2)} µs for each delivery`)
  say(`three nodes: ${mean(figures).toFixed(2)} µs, ${(mean(figures) / single).toFixed(2)} times`)
} finally {
  for (const { stop } of running) stop()
  await nats.stop()
  rmSync(directory, { recursive: true, force: true })
}
