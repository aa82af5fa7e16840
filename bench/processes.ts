import { spawn, spawnSync, type ChildProcess, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'

/**
 * Two processes that talk all the time would share a core by turns: each gets one of its own where
 * the system can do that.
 */
const canPin = spawnSync('taskset', ['--version']).status === 0
/** Thousands of connections need as many file descriptors: raised as far as the system lets us. */
const raiseLimit = 'ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -Hn)"; exec "$@"'
/** Of a second, as the kernel counts the CPU time of processes for everybody who asks. */
const ticks = 100

export function start(core: number, script: string, ...args: string[]): ChildProcess {
  return startProgram(core, process.execPath, script, ...args)
}

/** `core` null: wherever the system likes. */
export function startProgram(core: number | null, name: string, ...args: string[]): ChildProcess {
  return spawnPinned(core, ['ignore', 'pipe', 'inherit'], name, args)
}

/** For programs of others, which say much that nobody wants to read. */
export function startSilently(core: number, name: string, ...args: string[]): ChildProcess {
  return spawnPinned(core, 'ignore', name, args)
}

function spawnPinned(core: number | null, stdio: StdioOptions, name: string, args: readonly string[]): ChildProcess {
  const pinned = [...(canPin && core !== null ? ['taskset', '-c', String(core)] : []), name, ...args]
  return spawn('sh', ['-c', raiseLimit, 'sh', ...pinned], { stdio })
}

/** The JSON lines that a process prints until `done` says it is enough. */
export async function lines<T>(child: ChildProcess, done: (line: T) => boolean): Promise<readonly T[]> {
  const seen: T[] = []
  for await (const line of createInterface({ input: child.stdout! })) {
    const parsed = JSON.parse(line) as T
    seen.push(parsed)
    if (done(parsed)) break
  }
  return seen
}

/** The one JSON line that a load prints at its end. */
export async function result<T>(load: ChildProcess, of: string): Promise<T> {
  const [figures] = await lines<T>(load, () => true)
  if (figures === undefined) throw new Error(`the load of ${of} ended without a result: its message stands above`)
  return figures
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}

/** CPU time that a process has taken, user and system, in seconds. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticks
}

/**
 * What a stretch of time took of CPU: of the server for each unit of its work, and of the load's
 * and everybody else's share of a core.
 */
export interface CpuUse {
  readonly serverMicroseconds: number
  readonly loadShare: number
  readonly elsewhere: number
}

/**
 * Begins to measure. The function that is returned ends it, and is told how much work the server
 * did meanwhile.
 */
export function measureCpu(server: number): (work: number) => CpuUse {
  const before = { at: performance.now(), all: allCpuSeconds(), server: cpuSeconds(server), load: process.cpuUsage() }
  return (work) => {
    const elapsed = (performance.now() - before.at) / 1000
    const serverCpu = cpuSeconds(server) - before.server
    const { user, system } = process.cpuUsage(before.load)
    const loadCpu = (user + system) / 1e6
    const elsewhere = Math.max(0, allCpuSeconds() - before.all - serverCpu - loadCpu)
    const loadShare = loadCpu / elapsed
    return { serverMicroseconds: (serverCpu * 1e6) / work, loadShare, elsewhere: elsewhere / elapsed }
  }
}

/**
 * CPU time that everything on this machine has taken, in seconds: all but the idle columns of the
 * first line.
 */
function allCpuSeconds(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, steal = 0] = readFileSync('/proc/stat', 'latin1')
    .split('\n', 1)[0]!
    .trim()
    .split(/ +/)
    .slice(1)
    .map(Number)
  return (user + nice + system + irq + softIrq + steal) / ticks
}

/** What a process keeps in memory, in bytes. */
export function residentBytes(pid: number): number {
  return kilobytes(pid, /VmRSS:\s+(\d+) kB/) * 1024
}

/** The most that it ever kept there, in bytes. */
export function mostResidentBytes(pid: number): number {
  return kilobytes(pid, /VmHWM:\s+(\d+) kB/) * 1024
}

function kilobytes(pid: number, line: RegExp): number {
  return Number(line.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1])
}

export function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN
}
