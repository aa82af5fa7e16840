import { ChatError } from '@parley/client'
import type { CheckResult, CheckRun, Reporter, ReporterName } from '@parley/conformance'
import { writeOut, type ClientWorld } from '../client-world.ts'
import type { ExitCode } from '../streams.ts'

/** What both kinds of check can be told. */
export interface JudgementOptions {
  readonly only?: readonly string[]
  readonly strict?: boolean
  readonly timeout?: string
  readonly jobs?: string
  readonly reporter?: ReporterName
}

const defaultTimeoutMs = 4_000
const mostJobs = 64

/** Throws a ChatError that is wrong usage. */
export function limitsOf(
  { timeout, jobs }: JudgementOptions,
  defaultJobs: number,
): { timeoutMs: number; jobs: number } {
  const seconds = timeout === undefined ? defaultTimeoutMs / 1_000 : Number(timeout)
  if (!(seconds > 0 && seconds <= 600)) {
    throw new ChatError('usage', `--timeout cannot be "${timeout}"; write seconds, up to 600`)
  }
  const count = jobs === undefined ? defaultJobs : Number(jobs)
  if (!(Number.isInteger(count) && count >= 1 && count <= mostJobs)) {
    throw new ChatError('usage', `--jobs cannot be "${jobs}"; write 1 to ${mostJobs}`)
  }
  return { timeoutMs: seconds * 1_000, jobs: count }
}

export function showsColours({ streams, environment }: ClientWorld): boolean {
  return streams.output.isTTY === true && (environment['NO_COLOR'] ?? '') === ''
}

/** Writes findings as they come, and on a terminal how far the check is. */
export class Findings {
  readonly #world: ClientWorld
  readonly #reporter: Reporter
  readonly #total: number
  #done = 0
  #progress = false

  constructor(world: ClientWorld, reporter: Reporter, total: number) {
    this.#world = world
    this.#reporter = reporter
    this.#total = total
  }

  heard(result: CheckResult): void {
    this.#done++
    const text = this.#reporter.heard(result)
    if (text !== '') {
      this.#clear()
      this.#world.streams.output.write(text)
    }
    const errors = this.#world.streams.errors as { readonly isTTY?: boolean }
    if (!errors.isTTY) return
    this.#world.streams.errors.write(`\r${this.#done} of ${this.#total}\x1b[K`)
    this.#progress = true
  }

  /** 1: something failed, or it was interrupted. */
  async end(run: CheckRun): Promise<ExitCode> {
    this.#clear()
    await writeOut(this.#world.streams.output, this.#reporter.end(run))
    return run.interrupted || run.results.some(({ outcome }) => outcome === 'failed') ? 1 : 0
  }

  #clear(): void {
    if (this.#progress) this.#world.streams.errors.write('\r\x1b[K')
    this.#progress = false
  }
}
