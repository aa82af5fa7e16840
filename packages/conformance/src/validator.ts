import { isPassing, placeholdersIn } from './placeholders.ts'
import type { SpokenProtocols } from './spoken.ts'
import type { Expectation, Step } from './transcript.ts'

interface ActorState {
  readonly writes: boolean
  readonly reads: boolean
  /**
   * Its server was restarted: what it has not heard yet may still be expected, and it may connect
   * again.
   */
  readonly orphaned: boolean
}
const gone: ActorState = { writes: false, reads: false, orphaned: false }

/**
 * Follows a conversation step by step and says what cannot be played: an unknown protocol, or an
 * actor who speaks before it connects.
 */
export class Validator {
  readonly #protocols: SpokenProtocols
  readonly #actors = new Map<string, ActorState>()
  readonly #bound = new Set<string>()

  constructor(protocols: SpokenProtocols) {
    this.#protocols = protocols
  }

  /** One problem, or none. */
  protocol(name: string): readonly string[] {
    if (this.#protocols.has(name)) return []
    return [`there is no protocol "${name}"; there are ${[...this.#protocols.keys()].join(', ')}`]
  }

  check(step: Step): readonly string[] {
    if (step.kind === 'passes') return []
    if (step.kind === 'hears') return this.#hears(step.expectations)
    if (step.kind === 'restarts') {
      for (const actor of this.#actors.keys()) this.#change(actor, { writes: false, orphaned: true })
      return []
    }
    if (step.kind === 'connects') {
      return [...this.protocol(step.protocol), ...this.#connects(step.actor), ...this.#unbound(step.at ?? '')]
    }
    if (step.kind === 'writes') {
      return [...this.#acts(step.actor), ...this.#unbound(step.payload.form === 'notation' ? step.payload.text : '')]
    }
    if (step.kind === 'ends') {
      const problems = this.#acts(step.actor)
      if (problems.length === 0) this.#change(step.actor, { writes: false })
      return problems
    }
    // An actor whose server has ended may still put its own end down.
    const state = this.#actors.get(step.actor)
    if (!state) return this.#acts(step.actor)
    this.#actors.set(step.actor, gone)
    return state.writes || state.reads ? [] : [`${step.actor} has no connection any more`]
  }

  #connects(actor: string): readonly string[] {
    const before = this.#actors.get(actor) ?? gone
    this.#actors.set(actor, { writes: true, reads: true, orphaned: false })
    return before.reads && !before.orphaned ? [`${actor} is connected already`] : []
  }

  #acts(actor: string): readonly string[] {
    const state = this.#actors.get(actor)
    if (!state) return [this.#unknown(actor)]
    return state.writes ? [] : [`${actor} has ended its connection and must connect again first`]
  }

  #hears(expectations: readonly Expectation[]): readonly string[] {
    const problems: string[] = []
    for (const { actor, payload } of expectations) {
      const state = this.#actors.get(actor)
      if (!state) problems.push(this.#unknown(actor))
      else if (!state.reads) problems.push(`${actor} hears nothing any more`)
      if (payload.form !== 'notation') continue
      for (const name of placeholdersIn(payload.text)) if (!isPassing(name)) this.#bound.add(name)
    }
    for (const { actor, payload } of expectations) if (payload.form === 'closed') this.#change(actor, { reads: false })
    return problems
  }

  #unknown(actor: string): string {
    const known = [...this.#actors.keys()]
    const who = known.length > 0 ? `connected so far: ${known.join(', ')}` : 'nobody is connected yet'
    return `there is no ${actor} here; ${who}`
  }

  #change(actor: string, change: Partial<ActorState>): void {
    const state = this.#actors.get(actor)
    if (state) this.#actors.set(actor, { ...state, ...change })
  }

  #unbound(text: string): readonly string[] {
    return placeholdersIn(text)
      .filter((name) => !this.#bound.has(name))
      .map((name) => `<${name}> stands for nothing yet: nobody has heard it`)
  }
}
