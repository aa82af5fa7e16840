import { spawn, type ChildProcess } from 'node:child_process'

const mostPrinted = 2_000
const patienceMs = 1_000

/** The client under judgement: a process group of its own, so that nothing of it is left behind. */
export class ClientProcess {
  readonly #child: ChildProcess
  readonly #exited: Promise<void>
  #printed = ''
  #problem: string | undefined

  /** `input`: what is typed into it, a line each; standard input stays open. Throws where no process can be had. */
  constructor(command: readonly string[], input: readonly string[]) {
    const [program = '', ...args] = command
    // With a group of its own a launcher (npm, a shell) and its children end together.
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true })
    this.#exited = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        this.#problem = error.message
        resolve()
      })
      this.#child.once('exit', (code, signal) => {
        this.#problem ??= signal ? `it was ended by ${signal}` : `it ended with code ${code}`
        resolve()
      })
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#printed = (this.#printed + chunk.toString()).slice(-mostPrinted)
      })
    }
    this.#child.stdin?.on('error', () => {})
    for (const line of input) this.#child.stdin?.write(`${line}\n`)
  }

  /** Resolves when it has ended by itself, or could not be started. */
  get exited(): Promise<void> {
    return this.#exited
  }

  /** How it ended; undefined: it runs. */
  get problem(): string | undefined {
    return this.#problem
  }

  /** What it printed last, line by line. */
  get printed(): readonly string[] {
    return this.#printed
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '')
      .slice(-8)
  }

  /** Ends it and all that it started. */
  async stop(): Promise<void> {
    this.#signal('SIGTERM')
    const impatience = setTimeout(() => this.#signal('SIGKILL'), patienceMs)
    await this.#exited
    clearTimeout(impatience)
    this.#signal('SIGKILL')
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, signal)
    } catch {
      // The group is gone.
    }
  }
}
