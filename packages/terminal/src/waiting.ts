import { systemClock } from '@parley/client'
import type { ClientEnvironment } from './client-environment.ts'

/** Nobody wonders before. */
const patientMs = 1_000

/** Says on standard error what a command waits for, once, where that takes more than a moment. */
export class Waiting {
  readonly #environment: ClientEnvironment
  readonly #said = new Set<string>()

  constructor(environment: ClientEnvironment) {
    this.#environment = environment
  }

  /** Returns how to say that the wait is over. */
  begin(what: string): () => void {
    const { clock = systemClock, streams } = this.#environment
    return clock.after(patientMs, () => {
      if (this.#said.has(what)) return
      this.#said.add(what)
      streams.errors.write(`waiting for ${what}; Ctrl-C gives up\n`)
    })
  }

  async during<T>(what: string, work: Promise<T>): Promise<T> {
    const over = this.begin(what)
    try {
      return await work
    } finally {
      over()
    }
  }
}
