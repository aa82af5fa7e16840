import { placeholdersIn } from './placeholders.ts'
import type { Step, Want } from './transcript.ts'

interface ClientState {
  readonly writes: boolean
  readonly reads: boolean
  /** Its server was restarted: what it has not heard yet may still be asked for, and it may open again. */
  readonly orphaned: boolean
}
const gone: ClientState = { writes: false, reads: false, orphaned: false }

/**
 * Follows a conversation step by step and says what could not happen in it: a client that speaks before it opens,
 * for one.
 */
export class Plausibility {
  readonly #clients = new Map<string, ClientState>()
  readonly #bound = new Set<string>()

  check(step: Step): readonly string[] {
    if (step.kind === 'passes') return []
    if (step.kind === 'hears') return this.#hears(step.wants)
    if (step.kind === 'restarts') {
      for (const client of this.#clients.keys()) this.#change(client, { writes: false, orphaned: true })
      return []
    }
    if (step.kind === 'opens') return [...this.#opens(step.client), ...this.#unbound(step.at ?? '')]
    if (step.kind === 'writes') {
      return [...this.#acts(step.client), ...this.#unbound(step.payload.form === 'notation' ? step.payload.text : '')]
    }
    if (step.kind === 'ends') {
      const problems = this.#acts(step.client)
      this.#change(step.client, { writes: false })
      return problems
    }
    // A client whose server has ended may still put its own end down.
    const { writes, reads } = this.#clients.get(step.client) ?? gone
    this.#clients.set(step.client, gone)
    return writes || reads ? [] : [`${step.client} has no connection`]
  }

  #opens(client: string): readonly string[] {
    const before = this.#clients.get(client) ?? gone
    this.#clients.set(client, { writes: true, reads: true, orphaned: false })
    return before.reads && !before.orphaned ? [`${client} is open already`] : []
  }

  #acts(client: string): readonly string[] {
    const state = this.#clients.get(client)
    if (!state) return [`${client} must open first`]
    return state.writes ? [] : [`${client} has ended its connection and must open again first`]
  }

  #hears(wants: readonly Want[]): readonly string[] {
    const problems: string[] = []
    for (const { client, payload } of wants) {
      const state = this.#clients.get(client)
      if (!state) problems.push(`${client} must open first`)
      else if (!state.reads) problems.push(`${client} hears nothing any more`)
      if (payload.form === 'notation') for (const name of placeholdersIn(payload.text)) this.#bound.add(name)
    }
    for (const want of wants) if (want.payload.form === 'closed') this.#change(want.client, { reads: false })
    return problems
  }

  #change(client: string, change: Partial<ClientState>): void {
    this.#clients.set(client, { ...(this.#clients.get(client) ?? gone), ...change })
  }

  #unbound(text: string): readonly string[] {
    return placeholdersIn(text)
      .filter((name) => !this.#bound.has(name))
      .map((name) => `<${name}> stands for nothing yet: nobody has heard it`)
  }
}
