/**
 * What the attacks share: a server in a process of its own, honest users in another, and figures of
 * both before, during and after.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { measureCpu, residentBytes, startProgram } from '../processes.ts'
import { proxyHeader } from './proxy-header.ts'

const ownParley = join(import.meta.dirname, '..', '..', 'packages', 'terminal', 'bin', 'parley.js')
const honestCount = 10
const quietMs = 3_000
const afterMs = 3_000
/** Attacks that are over sooner are measured for so long. */
const leastMs = 2_000
const sampleMs = 50
const megabyte = 1_048_576

/** What the honest users measured, in milliseconds. */
interface Latency {
  readonly count: number
  readonly p50: number
  readonly p99: number
  readonly max: number
  readonly dropped: number
}

/** Processor time of one turn of the server's event loop, in milliseconds. */
interface Turns {
  readonly p99: number
  readonly max: number
}

export interface Target {
  readonly pid: number
  readonly directory: string
  /** Of the listener of this protocol that takes connections as they come. */
  port(protocol: string): number
  /** A connection that the server takes for one from that address. */
  connectFrom(address: string, protocol: string): Socket
  /** A connection from loopback. */
  connect(protocol: string): Socket
  /** Registers a name, with the password `secret`. */
  addUser(name: string): Promise<void>
  /** Bytes of the server's log so far. */
  logBytes(): number
}

interface Plan {
  readonly name: string
  readonly protocols: readonly string[]
  /** Settings besides the defaults. */
  readonly settings?: object
  run(target: Target): Promise<string | void>
}

/** Runs the attack and prints what the honest users and the server's memory had of it. */
export async function attack({ name, protocols, settings = {}, run }: Plan): Promise<void> {
  const { values } = parseArgs({ options: { parley: { type: 'string', default: ownParley } }, strict: false })
  const directory = mkdtempSync(join(tmpdir(), 'parley-attack-'))
  const log = join(directory, 'log')
  const listen = [...new Set(['ident', ...protocols])].flatMap((protocol) => [
    `${protocol}://127.0.0.1:0`,
    ...(values.parley === ownParley ? [`${protocol}://127.0.0.1:0?proxy=v2`] : []),
  ])
  const config = join(directory, 'parley.json')
  writeFileSync(config, JSON.stringify({ listen, data: directory, log: { file: log }, ...settings }))
  const turns = join(directory, 'turns')
  process.env['PARLEY_TURNS'] = turns
  process.env['NODE_OPTIONS'] = `--import=${join(import.meta.dirname, 'turns.ts')}`
  const server = startProgram(
    null,
    process.execPath,
    String(values.parley),
    'serve',
    '--config',
    config,
    '--log',
    'json',
  )
  delete process.env['NODE_OPTIONS']
  const announced = createInterface({ input: server.stdout! })
  const ports = new Map<string, number>()
  for await (const line of announced) {
    const { event, protocol, port } = JSON.parse(line) as { event: string; protocol?: string; port?: number }
    if (protocol !== undefined && port !== undefined) {
      ports.set(ports.has(protocol) ? `${protocol} proxied` : protocol, port)
    }
    if (event === 'ready') break
  }
  const pid = server.pid!
  const honest = spawn(
    process.execPath,
    [join(import.meta.dirname, 'honest-users.ts'), String(ports.get('ident')), String(honestCount)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const heard = createInterface({ input: honest.stdout })[Symbol.asyncIterator]()
  await heard.next()
  runWith(pid, 20)
  runWith(honest.pid!, 30)
  runWith(process.pid, 10)
  const target: Target = {
    pid,
    directory,
    port: (protocol) => ports.get(protocol)!,
    connect: (protocol) => opened(connect({ port: ports.get(protocol)!, host: '127.0.0.1', noDelay: true })),
    connectFrom(address, protocol) {
      const socket = connect({ port: ports.get(`${protocol} proxied`)!, host: '127.0.0.1', noDelay: true })
      socket.write(proxyHeader(address))
      return opened(socket)
    },
    addUser: (user) => addUser(String(values.parley), directory, user),
    logBytes: () => readFileSync(log).length,
  }
  try {
    await wait(quietMs)
    const quiet = await measured(honest, heard)
    const memoryBefore = residentBytes(pid)
    let most = memoryBefore
    const sampling = setInterval(() => (most = Math.max(most, residentBytes(pid))), sampleMs)
    await turnsOf(pid, turns)
    const cpu = measureCpu(pid)
    const began = performance.now()
    const said = await run(target)
    await wait(Math.max(0, leastMs - (performance.now() - began)))
    const during = await measured(honest, heard)
    const longest = await turnsOf(pid, turns)
    const share = cpu(1).serverMicroseconds / 10 / (performance.now() - began)
    await wait(afterMs)
    clearInterval(sampling)
    print(name, quiet, during, [memoryBefore, most, residentBytes(pid)], share, longest, said ?? '')
  } finally {
    honest.kill()
    server.kill()
    await once(server, 'close')
    rmSync(directory, { recursive: true, force: true })
  }
}

/** For each of `count`, all at once. */
export function each(count: number, run: (index: number) => Promise<void>): Promise<unknown> {
  return Promise.all(Array.from({ length: count }, (_, index) => run(index)))
}

/** Writes until the kernel takes no more, and goes on when it does; ends with the socket or the time. */
export async function flood(socket: Socket, bytes: Uint8Array, ms: number): Promise<number> {
  let written = 0
  const until = performance.now() + ms
  let wake = (): void => {}
  const woken = (): void => wake()
  socket.on('drain', woken).on('close', woken)
  const timer = setTimeout(woken, ms)
  while (performance.now() < until && !socket.destroyed && socket.writable) {
    written += bytes.length
    if (socket.write(bytes)) await wait(0)
    else await new Promise<void>((resolve) => (wake = resolve))
  }
  clearTimeout(timer)
  return written
}

/** Resolves with what was heard once that holds `text`; null: the connection ended before. */
export function until(socket: Socket, text: string): Promise<string | null> {
  let heard = ''
  return new Promise((resolve) => {
    const take = (chunk: Buffer): void => {
      heard += chunk.toString('latin1')
      if (!heard.includes(text)) return
      socket.off('data', take)
      resolve(heard)
    }
    socket.on('data', take)
    socket.once('close', () => resolve(null))
  })
}

/**
 * With `--realtime` nothing else that runs on this machine is measured. The honest users come before
 * the server, and both before the attackers: they are to measure the server, and not how busy their
 * core is. Needs `chrt` and the right to use it.
 */
function runWith(pid: number, priority: number): void {
  if (!process.argv.includes('--realtime')) return
  // The main thread before its helpers: each would have the core for a tenth of a second.
  const all = spawnSync('chrt', ['--all-tasks', '--rr', '--pid', String(priority - 1), String(pid)])
  const main = spawnSync('chrt', ['--rr', '--pid', String(priority), String(pid)])
  if (all.status !== 0 || main.status !== 0)
    throw new Error('--realtime needs the program chrt and the right to use it')
}

function opened(socket: Socket): Socket {
  socket.on('error', () => {})
  return socket
}

async function measured(honest: ChildProcess, heard: AsyncIterator<string>): Promise<Latency> {
  honest.stdin!.write('\n')
  const { value } = await heard.next()
  return JSON.parse(String(value)) as Latency
}

/** Since the last time it was asked. */
async function turnsOf(pid: number, file: string): Promise<Turns> {
  rmSync(file, { force: true })
  process.kill(pid, 'SIGUSR2')
  while (!existsSync(file) || readFileSync(file, 'utf8') === '') await wait(5)
  return JSON.parse(readFileSync(file, 'utf8')) as Turns
}

async function addUser(parley: string, data: string, user: string): Promise<void> {
  const args = [parley, 'user', 'add', user, '--password-stdin', '--data', data]
  const added = spawn(process.execPath, args, { stdio: ['pipe', 'ignore', 'inherit'] })
  added.stdin.end('secret\n')
  await once(added, 'close')
}

function print(
  name: string,
  quiet: Latency,
  during: Latency,
  memory: readonly number[],
  share: number,
  turns: Turns,
  said: string,
): void {
  const ms = ({ p50, p99, max }: Latency) =>
    `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, most ${max.toFixed(0)} ms`
  const [before, most, after] = memory.map((bytes) => `${Math.round(bytes / megabyte)} MB`)
  process.stdout.write(
    [
      name,
      `  honest users before: ${ms(quiet)}`,
      `  honest users during: ${ms(during)}, ${during.count} messages, ${during.dropped} dropped`,
      `  server's memory:     ${before} before, ${most} at most, ${after} after`,
      `  server's core:       ${share.toFixed(0)} %`,
      `  server's turns:      p99 ${turns.p99.toFixed(1)} ms, most ${turns.max.toFixed(1)} ms of processor time`,
      ...(said === '' ? [] : [`  ${said}`]),
      '',
    ].join('\n'),
  )
}
