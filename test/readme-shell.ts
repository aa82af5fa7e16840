import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { delimiter, join } from 'node:path'

/** Lines of a shell as somebody enters them, in a home directory of their own where `bin` is on the path. */
export class ReadmeShell {
  readonly #child: ChildProcess
  readonly #ended: Promise<number | null>
  #said = ''
  #complaints = ''
  #isOver = false
  #wake: (() => void)[] = []

  constructor(
    script: string,
    { home, cwd, environment }: { home: string; cwd: string; environment: Readonly<Record<string, string>> },
  ) {
    const path = [join(home, 'bin'), process.env['PATH']].join(delimiter)
    const env = { PATH: path, HOME: home, ...environment }
    // With a process group of its own, so that what npm or the shell started ends as well.
    this.#child = spawn('bash', ['-c', script], { cwd, env, stdio: 'pipe', detached: true })
    this.#child.stdout!.on('data', (bytes: Buffer) => {
      this.#said += String(bytes)
      this.#wakeAll()
    })
    this.#child.stderr!.on('data', (bytes: Buffer) => (this.#complaints += String(bytes)))
    this.#child.stdin!.on('error', () => {})
    this.#ended = once(this.#child, 'close').then(([code]) => {
      this.#isOver = true
      this.#wakeAll()
      return code as number | null
    })
  }

  get said(): string {
    return this.#said
  }

  get complaints(): string {
    return this.#complaints
  }

  type(line: string): void {
    this.#child.stdin!.write(`${line}\n`)
  }

  /** Resolves with what stands on its standard output, now or later. Rejects when it ends without it. */
  async says(what: RegExp): Promise<string> {
    for (;;) {
      const [found] = what.exec(this.#said) ?? []
      if (found !== undefined) return found
      if (this.#isOver) throw new Error(`it ended without ${what}: ${this.#said}${this.#complaints}`)
      await new Promise<void>((resolve) => this.#wake.push(resolve))
    }
  }

  /** Resolves with the exit code. */
  ended(): Promise<number | null> {
    return this.#ended
  }

  /** Stops whatever runs in it, as Ctrl-C does. */
  async end(): Promise<void> {
    if (!this.#isOver) process.kill(-this.#child.pid!, 'SIGINT')
    await this.#ended
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }
}
