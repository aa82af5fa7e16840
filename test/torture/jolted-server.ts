import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { restartableServer, type RestartableServer } from '../restartable-server.ts'
import { within } from '../within.ts'

const jolt = join(import.meta.dirname, 'jolt.ts')
const lookMs = 5

/** What a process holds. */
export interface Held {
  /** Handles and timers of Node by their kinds, and descriptors by what they lead to. */
  readonly resources: Readonly<Record<string, number>>
  /** MB that are resident. */
  readonly memory: number
}

/** A server in a process of its own whose calendar jumps, and that tells what it holds. */
export class JoltedServer {
  readonly #directory = mkdtempSync(join(tmpdir(), 'parley-jolt-'))
  readonly #file = join(this.#directory, 'offset')
  #server: RestartableServer | undefined
  #offset = 0

  /** Starts it. */
  async start(options: Parameters<typeof restartableServer>[0]): Promise<RestartableServer> {
    process.env['PARLEY_JOLT'] = this.#file
    this.#server = await restartableServer({ ...options, nodeOptions: [`--import=${jolt}`] })
    return this.#server
  }

  /** Its calendar is so far from the true one from now on, until it is restarted. */
  async jump(ms: number): Promise<void> {
    this.#offset = ms
    await this.held()
  }

  /** A new process has the true time. */
  restarted(): void {
    this.#offset = 0
  }

  async held(): Promise<Held> {
    const { pid } = this.#server!.process
    const said = `${this.#file}.held`
    writeFileSync(this.#file, String(this.#offset))
    rmSync(said, { force: true })
    process.kill(pid!, 'SIGUSR2')
    const resources = await within(this.#read(said), 'what the server holds')
    const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return { resources: { ...resources, ...descriptorsOf(pid!) }, memory: Number(kilobytes) / 1_024 }
  }

  async stop(): Promise<void> {
    delete process.env['PARLEY_JOLT']
    await this.#server?.stop()
    rmSync(this.#directory, { recursive: true, force: true })
  }

  async #read(file: string): Promise<Record<string, number>> {
    for (;;) {
      try {
        return JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>
      } catch {
        await wait(lookMs)
      }
    }
  }
}

/** `socket`, `pipe` or the name of a file: how many lead there. */
function descriptorsOf(pid: number): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
    try {
      const target = basename(readlinkSync(`/proc/${pid}/fd/${descriptor}`)).replace(/:\[\d+\]$/, '')
      counts[`descriptor of ${target}`] = (counts[`descriptor of ${target}`] ?? 0) + 1
    } catch {
      // It was closed meanwhile.
    }
  }
  return counts
}
