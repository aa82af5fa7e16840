import { ChatError } from '@parley/client'
import type { CheckResult, CheckRun, Reporter, ReporterName } from '@parley/conformance'
import { writeOut, type ClientEnvironment } from '../client-environment.ts'
import type { ExitCode } from '../streams.ts'

/** What both kinds of check can be told. */
export interface JudgementOptions {
  readonly only?: readonly string[]
  readonly strict?: boolean
  readonly full?: boolean
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

export function showsColours({ streams, variables }: ClientEnvironment): boolean {
  return streams.output.isTTY === true && (variables['NO_COLOR'] ?? '') === ''
}

/** Writes findings as they come, and on a terminal how far the check is. */
export class Findings {
  readonly #environment: ClientEnvironment
  readonly #reporter: Reporter
  readonly #total: number
  #done = 0
  #progress = false

  constructor(environment: ClientEnvironment, reporter: Reporter, total: number) {
    this.#environment = environment
    this.#reporter = reporter
    this.#total = total
  }

  heard(result: CheckResult): void {
    this.#done++
    const text = this.#reporter.heard(result)
    if (text !== '') {
      this.#clear()
      this.#environment.streams.output.write(text)
    }
    const errors = this.#environment.streams.errors as { readonly isTTY?: boolean }
    if (!errors.isTTY) return
    this.#environment.streams.errors.write(`\r${this.#done} of ${this.#total}\x1b[K`)
    this.#progress = true
  }

  /** 1: something failed, or it was interrupted. */
  async end(run: CheckRun): Promise<ExitCode> {
    this.#clear()
    await writeOut(this.#environment.streams.output, this.#reporter.end(run))
    return run.interrupted || run.results.some(({ outcome }) => outcome === 'failed') ? 1 : 0
  }

  #clear(): void {
    if (this.#progress) this.#environment.streams.errors.write('\r\x1b[K')
    this.#progress = false
  }
}
