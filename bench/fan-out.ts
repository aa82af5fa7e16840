/**
 * `node bench/fan-out.ts [ident|json|chatos …]`: how many deliveries a second Parley makes to 500 signed-in clients, beside a
 * bare coalescing fan-out server in the same run, in turn. The last column is the ratio, Parley to bare.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bare, dialects } from './dialects.ts'
import { lines, median, start } from './processes.ts'

const rounds = 3
const seconds = 3
const clients = 500
const loads = [
  { senders: 10, window: 10 },
  { senders: 100, window: 4 },
]
const parley = join(import.meta.dirname, '..', 'packages', 'terminal', 'bin', 'parley.js')

interface Announcement {
  readonly event: string
  readonly port?: number
}
interface Figures {
  readonly perSecond: number
  readonly lost: number
}

async function measure(dialect: string, peer: 'parley' | 'bare', load: (typeof loads)[number]): Promise<number> {
  const data = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  const frame = dialect === 'chatos' ? bare(dialects[dialect]!).message('user_000', text).length : 0
  const server =
    peer === 'bare'
      ? start(0, join(import.meta.dirname, 'bare-server.ts'), String(frame))
      : start(
          0,
          parley,
          'serve',
          '--data',
          data,
          '--rate-limit',
          'off',
          '--listen',
          `${dialect}://127.0.0.1:0`,
          '--log-level',
          'error',
        )
  try {
    const announced = await lines<Announcement>(server, ({ event }) => event === 'ready')
    const port = announced.find(({ event }) => event === 'listening')?.port
    const args = [port, dialect, peer, seconds, clients - load.senders, load.senders, load.window].map(String)
    const [figures] = await lines<Figures>(start(1, join(import.meta.dirname, 'load.ts'), ...args), () => true)
    if (!figures || figures.lost > 0) throw new Error(`${peer} lost ${figures?.lost ?? 'all'} deliveries`)
    return figures.perSecond
  } finally {
    server.kill()
    rmSync(data, { recursive: true, force: true })
  }
}

const text = 'the quick brown fox jumps over the lazy dog, and the dog sleeps.'
const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(dialects)
for (const dialect of chosen) {
  for (const load of loads) {
    const ours: number[] = []
    const theirs: number[] = []
    for (let round = 0; round < rounds; round++) {
      ours.push(await measure(dialect, 'parley', load))
      theirs.push(await measure(dialect, 'bare', load))
    }
    const ratio = median(ours.map((figure, round) => figure / theirs[round]!))
    const figures = [median(ours), median(theirs)].map((figure) => (figure / 1e6).toFixed(2).padStart(6))
    process.stdout.write(
      `${dialect.padEnd(7)} ${clients} clients, ${String(load.senders).padStart(3)} senders: ` +
        `Parley ${figures[0]} M/s, bare ${figures[1]} M/s, ratio ${ratio.toFixed(2)}\n`,
    )
  }
}
