/**
 * `node bench/tunnel.ts`: how many MB a second pass through a tunnel, beside `socat` between two ports in the same run, in turn;
 * without `socat` on this machine, beside a bare relay of a few lines. The last column is Parley to the peer, the median of the ratios of
 * the rounds, and so not the ratio of the two medians before it.
 */
import { spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, lines, median, start, startProgram } from './processes.ts'

const rounds = 5
const seconds = 2
const parley = join(import.meta.dirname, '..', 'packages', 'terminal', 'bin', 'parley.js')
const hasSocat = spawnSync('socat', ['-V']).status === 0

interface Announcement {
  readonly event: string
  readonly port?: number
}
/** A process that joins connections, and where it listens for them. */
interface Relay {
  readonly server: ChildProcess
  readonly ports: readonly number[]
}

async function announced(server: ChildProcess): Promise<Relay> {
  const said = await lines<Announcement>(server, ({ event }) => event === 'ready')
  return { server, ports: said.flatMap(({ port }) => port ?? []) }
}

async function socat(): Promise<Relay> {
  const ports = [await freePort(), await freePort()]
  const listeners = ports.map((port) => `TCP4-LISTEN:${port},bind=127.0.0.1,reuseaddr,nodelay`)
  return { server: startProgram(0, 'socat', '-lf', '/dev/null', ...listeners), ports }
}

function serve(data: string): Promise<Relay> {
  const listen = ['--listen', 'chatos://127.0.0.1:0', '--log-level', 'error']
  return announced(start(0, parley, 'serve', '--data', data, ...listen))
}

const peers = {
  socat,
  'bare relay': () => announced(start(0, join(import.meta.dirname, 'bare-relay.ts'))),
}

async function measure(kind: 'parley' | 'peer', ways: string, opened: Promise<Relay>): Promise<number> {
  const { server, ports } = await opened
  try {
    const args = [kind, ways, seconds, ...ports].map(String)
    const load = start(1, join(import.meta.dirname, 'tunnel-load.ts'), ...args)
    const [figures] = await lines<{ perSecond: number }>(load, () => true)
    if (!figures) throw new Error(`${kind} passed nothing on`)
    return figures.perSecond
  } finally {
    server.kill()
  }
}

const peer = hasSocat ? 'socat' : 'bare relay'
if (!hasSocat) process.stdout.write('socat is not installed: the peer is a bare relay in Node\n')
for (const ways of ['one way', 'both']) {
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < rounds; round++) {
    const data = mkdtempSync(join(tmpdir(), 'parley-bench-'))
    try {
      ours.push(await measure('parley', ways, serve(data)))
      theirs.push(await measure('peer', ways, peers[peer]()))
    } finally {
      rmSync(data, { recursive: true, force: true })
    }
  }
  const ratio = median(ours.map((figure, round) => figure / theirs[round]!))
  process.stdout.write(
    `${ways.padEnd(7)} Parley ${median(ours).toFixed(0)} MB/s, ${peer} ${median(theirs).toFixed(0)} MB/s, median of the rounds' ratios ${ratio.toFixed(2)}\n`,
  )
}
