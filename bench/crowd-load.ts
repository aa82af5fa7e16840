/**
 * The load of the crowd benchmarks, a process of its own. A witness comes in first, then thousands
 * of clients. Everybody hears of each of them. They stay for a while, and then all their sockets
 * are closed at once. Prints as JSON how long it took until all were in and the witness had heard
 * of each, what the server kept in memory for them, and how long it took until the witness had
 * heard that each of them is gone.
 */
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { Client, enterAll, heartbeatsOnly, wholeLines } from './clients.ts'
import { dialectNamed } from './dialects.ts'
import { residentBytes } from './processes.ts'

const [port, pid, dialectName, count, atOnce, limitSeconds, idleSeconds] = process.argv.slice(2)
const dialect = dialectNamed(dialectName)
const limitMs = Number(limitSeconds) * 1000

/** Counts lines with a word in them, and says when there were as many as there should be. */
class Count {
  readonly reached: Promise<void>
  #seen = 0
  readonly #word: Buffer
  readonly #until: number
  #done = () => {}

  constructor(word: string, until: number) {
    this.#word = Buffer.from(word)
    this.#until = until
    this.reached = new Promise((resolve) => (this.#done = resolve))
  }

  get seen(): number {
    return this.#seen
  }

  line(bytes: Buffer, from: number, to: number): void {
    const at = bytes.indexOf(this.#word, from)
    if (at >= 0 && at < to && ++this.#seen === this.#until) this.#done()
  }
}

async function seconds(run: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await Promise.race([run(), wait(limitMs)])
  return (performance.now() - from) / 1000
}

const clients: Client[] = []
let dropped = 0
let late = false
let leaving = false

function entered(client: Client): boolean {
  if (leaving) {
    client.socket.destroy()
    return false
  }
  clients.push(client)
  client.listener = heartbeatsOnly(client.socket)
  client.socket.on('close', () => {
    if (!leaving) dropped++
  })
  return !late
}

async function measure(arrival: string, departure: string) {
  const arrivals = new Count(arrival, Number(count))
  let departures = new Count(departure, 0)
  const witness = new Client(0, Number(port))
  await witness.enter(dialect)
  witness.listener = wholeLines(witness.socket, (bytes, from, to) => {
    arrivals.line(bytes, from, to)
    departures.line(bytes, from, to)
  })
  const before = residentBytes(Number(pid))
  const signIns = await seconds(() =>
    Promise.all([enterAll(Number(port), dialect, Number(count), Number(atOnce), entered, 1), arrivals.reached]),
  )
  late = true
  await wait(Number(idleSeconds) * 1000)
  const came = clients.length
  const bytesEach = (residentBytes(Number(pid)) - before) / came
  departures = new Count(departure, came)
  leaving = true
  const departing = await seconds(() => {
    for (const { socket } of clients) socket.destroy()
    return departures.reached
  })
  return { signIns, came, heardOf: arrivals.seen, dropped, bytesEach, departures: departing, left: departures.seen }
}

/** For servers that announce nothing. */
async function measureIdle() {
  const before = residentBytes(Number(pid))
  await enterAll(Number(port), dialect, Number(count), Number(atOnce), entered)
  await wait(Number(idleSeconds) * 1000)
  return { came: clients.length, bytesEach: (residentBytes(Number(pid)) - before) / clients.length }
}

const { arrival, departure } = dialect
const figures = arrival && departure ? await measure(arrival, departure) : await measureIdle()
process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit(0))
await once(process, 'exit')
