/**
 * `node bench/start.ts`: how long `parley serve` takes to `ready` on its defaults, and what it keeps resident when idle, beside a
 * bare server of a few lines started the same way. Medians of several starts.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lines, median, residentBytes, start } from './processes.ts'

const rounds = 7
const idleMs = 2_000
const parley = join(import.meta.dirname, '..', 'packages', 'terminal', 'bin', 'parley.js')
const protocols = ['ident', 'helo', 'json', 'cp', 'chatos', 'parley', 'http']
const listen = protocols.flatMap((protocol) => ['--listen', `${protocol}://127.0.0.1:0`])

interface Start {
  readonly ms: number
  readonly residentMb: number
}

async function measure(script: string, ...args: string[]): Promise<Start> {
  const from = performance.now()
  const server = start(0, script, ...args)
  await lines<{ event: string }>(server, ({ event }) => event === 'ready')
  const ms = performance.now() - from
  await new Promise((resolve) => setTimeout(resolve, idleMs))
  const residentMb = residentBytes(server.pid!) / 1e6
  server.kill()
  return { ms, residentMb }
}

async function medians(name: string, once: () => Promise<Start>): Promise<Start> {
  const starts: Start[] = []
  for (let round = 0; round < rounds; round++) starts.push(await once())
  const all = { ms: median(starts.map(({ ms }) => ms)), residentMb: median(starts.map(({ residentMb }) => residentMb)) }
  process.stdout.write(
    `${name.padEnd(8)} ready in ${all.ms.toFixed(0)} ms, ${all.residentMb.toFixed(1)} MB resident when idle\n`,
  )
  return all
}

const data = mkdtempSync(join(tmpdir(), 'parley-bench-'))
const ours = await medians('Parley', () => measure(parley, 'serve', '--data', data, ...listen, '--log-level', 'error'))
const bare = await medians('bare', () => measure(join(import.meta.dirname, 'bare-server.ts')))
process.stdout.write(
  `ratio    time ${(ours.ms / bare.ms).toFixed(1)}, memory ${(ours.residentMb / bare.residentMb).toFixed(1)}\n`,
)
rmSync(data, { recursive: true, force: true })
