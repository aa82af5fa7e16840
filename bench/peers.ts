import { spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DialectName } from './dialects.ts'
import { inspircdConfig, ngircdConfig } from './irc-config.ts'
import { freePort, lines, start, startSilently } from './processes.ts'

/** A server that a benchmark measures, and how the load has to speak to it. */
export interface Peer {
  readonly name: string
  readonly dialect: DialectName
  start(): Promise<Running>
}
export interface Running {
  readonly port: number
  readonly pid: number
  stop(): Promise<void>
}

interface Announcement {
  readonly event: string
  readonly port?: number
}

const ownParley = join(import.meta.dirname, '..', 'packages', 'terminal', 'bin', 'parley.js')
const connectRetryMs = 20

/** Parley, of this checkout or of the one that `file` belongs to. */
export function parley(protocol: 'ident' | 'json' | 'chatos' | 'parley', file = ownParley): Peer {
  const options = ['--listen', `${protocol}://127.0.0.1:0`, '--rate-limit', 'off', '--log-level', 'error']
  return {
    name: 'Parley',
    dialect: protocol,
    start: () => inDirectory((data) => announced(start(0, file, 'serve', '--data', data, ...options))),
  }
}

/** A server of a few lines in this folder. */
export function bare(script: 'bare-server.ts' | 'bare-chat.ts', dialect: DialectName, ...args: string[]): Peer {
  return {
    name: 'bare Node',
    dialect,
    start: () => inDirectory(() => announced(start(0, join(import.meta.dirname, script), ...args))),
  }
}

export const inspircd = ircServer('InspIRCd', 'inspircd', inspircdConfig, (config) => [
  `--config=${config}`,
  '--nofork',
  '--nopid',
  ...(process.getuid?.() === 0 ? ['--runasroot'] : []),
])

export const ngircd = ircServer('ngIRCd', 'ngircd', ngircdConfig, (config) => ['--nodaemon', '--config', config])

/** Those of `peers` that are installed, or else `otherwise`. Says what is missing. */
export function installed(peers: readonly IrcPeer[], otherwise?: Peer): readonly Peer[] {
  const found = peers.filter(({ program }) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0)
  const instead = found.length > 0 || !otherwise ? [] : [otherwise]
  for (const { name } of peers.filter((peer) => !found.includes(peer)))
    process.stdout.write(
      `${[`${name} is not installed`, ...instead.map((peer) => `the peer is ${peer.name}`)].join(': ')}\n`,
    )
  return [...found, ...instead]
}

interface IrcPeer extends Peer {
  readonly program: string
}

function ircServer(
  name: string,
  program: string,
  config: (port: number, directory: string) => string,
  options: (config: string) => readonly string[],
): IrcPeer {
  return {
    name,
    program,
    dialect: 'irc',
    start: () =>
      inDirectory(async (directory) => {
        const port = await freePort()
        const file = join(directory, `${program}.conf`)
        writeFileSync(file, config(port, directory))
        const server = startSilently(0, program, ...options(file))
        await accepts(port, server)
        return { server, port }
      }),
  }
}

/** Runs a server with a directory of its own, which goes when the server is stopped. */
async function inDirectory(
  run: (directory: string) => Promise<{ server: ChildProcess; port: number }>,
): Promise<Running> {
  const directory = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  const { server, port } = await run(directory)
  return {
    port,
    pid: server.pid!,
    async stop() {
      if (server.exitCode === null && server.kill('SIGKILL')) await once(server, 'exit')
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function announced(server: ChildProcess): Promise<{ server: ChildProcess; port: number }> {
  const said = await lines<Announcement>(server, ({ event }) => event === 'ready')
  const port = said.find(({ event }) => event === 'listening')?.port
  if (port === undefined) throw new Error('the server ended before it listened: its message stands above')
  return { server, port }
}

async function accepts(port: number, server: ChildProcess): Promise<void> {
  for (;;) {
    if (server.exitCode !== null)
      throw new Error(`the server ended with exit code ${server.exitCode} before it listened`)
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      return void socket.destroy()
    } catch {
      await new Promise((resolve) => setTimeout(resolve, connectRetryMs))
    }
  }
}
