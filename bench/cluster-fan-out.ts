/**
 * `node bench/cluster-fan-out.ts [--listeners 300] [--messages 1000]`: CPU for each delivery of a message to everybody, on a server
 * that is alone and on each of three nodes, by `ident`, in the same run. Each has as many listeners. The ratio is a node's to
 * that of the server alone.
 */
import { NatsServers, withoutNats } from '@parley/server/testing'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { lines, start } from './processes.ts'

const { values } = parseArgs({ options: { listeners: { type: 'string' }, messages: { type: 'string' } } })
const listeners = Number(values.listeners ?? 300)
const messages = Number(values.messages ?? 1_000)
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

/** Microseconds of CPU for each delivery, on each. The first one's sender speaks to all of them. */
async function measure(servers: readonly Served[]): Promise<readonly number[]> {
  const heard: Hearing[] = []
  for (const [index, { port }] of servers.entries()) {
    for (let made = 0; made < listeners; made++) heard.push(await Hearing.signIn(port, `l${index}x${made}`))
  }
  const sender = await Hearing.signIn(servers[0]!.port, 'sender')
  const before = servers.map(({ pid }) => cpuTicks(pid))
  for (let sent = 0; sent < messages; sent++) {
    sender.socket.write('BCST a message of a usual length\n')
    const expected = sent + 1
    await Promise.all(heard.map((each) => each.until(expected)))
  }
  const used = servers.map(({ pid }, index) => cpuTicks(pid) - before[index]!)
  for (const { socket } of [...heard, sender]) socket.destroy()
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
    this.#heard += text.split('BCST sender ').length - 1
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

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

if (withoutNats !== false) throw new Error(withoutNats)
const nats = await NatsServers.start(3)
try {
  const alone = await serve('alone')
  const single = (await measure([alone]))[0]!
  say(`alone: ${single.toFixed(2)} µs for each delivery`)
  alone.stop()
  const nodes: Served[] = []
  for (const name of ['berlin', 'paris', 'rome']) nodes.push(await serve(name, '--cluster', `nats://${nats.hosts}`))
  for (const [index, each] of (await measure(nodes)).entries()) {
    say(`${nodes[index]!.name}: ${each.toFixed(2)} µs for each delivery, ${(each / single).toFixed(2)} times`)
  }
} finally {
  for (const { stop } of running) stop()
  await nats.stop()
  rmSync(directory, { recursive: true, force: true })
}
