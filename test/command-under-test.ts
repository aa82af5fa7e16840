import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { command } from './restartable-server.ts'

/** How often a process is looked at. */
const lookMs = 50

/** `parley …` in a process of its own, which is typed into and listened to. */
export class CommandUnderTest {
  readonly #child: ChildProcess
  readonly #ended: Promise<number | null>
  readonly #looking: NodeJS.Timeout
  #written = ''
  #complaints = ''
  #mostResident = 0
  #isOver = false
  #wake: (() => void)[] = []

  /** `directory` is its home. */
  constructor(words: readonly string[], directory: string) {
    const env = { PATH: process.env['PATH'], HOME: directory, XDG_CONFIG_HOME: directory }
    this.#child = spawn(process.execPath, [command, ...words], { stdio: 'pipe', env })
    this.#child.stdout!.on('data', (bytes: Buffer) => {
      this.#written += String(bytes)
      this.#wakeAll()
    })
    this.#child.stderr!.on('data', (bytes: Buffer) => {
      this.#complaints += String(bytes)
      this.#wakeAll()
    })
    this.#child.stdin!.on('error', () => {})
    this.#ended = once(this.#child, 'close').then(([code]) => {
      clearInterval(this.#looking)
      this.#isOver = true
      this.#wakeAll()
      return code as number | null
    })
    const look = () => (this.#mostResident = Math.max(this.#mostResident, mostResident(this.#child.pid)))
    this.#looking = setInterval(look, lookMs)
  }

  get complaints(): string {
    return this.#complaints
  }

  /** Bytes of memory at most so far; 0 where the system does not tell. */
  get mostResident(): number {
    return this.#mostResident
  }

  type(line: string): void {
    this.#child.stdin!.write(`${line}\n`)
  }

  /** Resolves with what stands on its standard output, now or later. Rejects when it ends without it. */
  says(what: RegExp): Promise<RegExpExecArray> {
    return this.#hears(what, () => this.#written)
  }

  /** The same of its standard error. */
  complains(what: RegExp): Promise<RegExpExecArray> {
    return this.#hears(what, () => this.#complaints)
  }

  /** Resolves with the exit code; null: a signal ended it. */
  ended(): Promise<number | null> {
    return this.#ended
  }

  /** As somebody at a terminal does it. */
  interrupt(): Promise<number | null> {
    this.#child.kill('SIGINT')
    return this.#ended
  }

  /** For the end of a test, whatever came of it. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }

  async #hears(what: RegExp, said: () => string): Promise<RegExpExecArray> {
    for (;;) {
      const found = what.exec(said())
      if (found) return found
      if (this.#isOver) throw new Error(`it ended without ${what}: ${this.#written}${this.#complaints}`)
      await new Promise<void>((resolve) => this.#wake.push(resolve))
    }
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }
}

/** Bytes of memory that a process had at most since it began; 0 where the system does not tell, or the process is gone. */
export function mostResident(pid: number | undefined): number {
  const status = `/proc/${pid}/status`
  const [, kibibytes = '0'] = (existsSync(status) && /VmHWM:\s+(\d+) kB/.exec(readFileSync(status, 'utf8'))) || []
  return Number(kibibytes) * 1_024
}
