import type { Opening } from './openings.ts'
import type { Read } from './parse-directive.ts'
import { parseStep, type SignIn } from './parse-step.ts'
import type { SpokenProtocols } from './spoken.ts'
import type { Action, RequiredAccount, Step } from './transcript.ts'

interface Present {
  readonly name: string
  readonly opening: Opening
}

/**
 * Replaces `ann signs in by helo` by the usual opening of the protocol. It remembers who came in
 * that way and is still connected, because these hear who comes next where their protocol says it.
 */
export class SignIns {
  readonly #protocols: SpokenProtocols
  readonly #present = new Map<string, Present>()

  constructor(protocols: SpokenProtocols) {
    this.#protocols = protocols
  }

  expand({ actor, words, name }: SignIn, accounts: readonly RequiredAccount[]): Read<readonly Action[]> {
    const [protocol = ''] = words.split(' ')
    const known = this.#protocols.get(protocol)?.openings
    const opening = known?.get(words)
    if (!opening) {
      const choices = [...(known?.keys() ?? [])].map((each) => `"signs in by ${each}"`)
      const advice = choices.length > 0 ? `write ${choices.join(' or ')}` : 'write "connects by" and the opening itself'
      return { ok: false, problem: `there is no usual opening "${words}"; ${advice}` }
    }
    const account = accounts.find((each) => each.name === name)
    const lines = opening.lines(name, account?.password)
    if (!lines) return { ok: false, problem: `${name} needs an account; add a line account ${name} "<password>"` }

    const actions: Action[] = [{ kind: 'connects', actor, protocol }]
    const online = [...this.#present.values()].some((each) => each.name.toLowerCase() === name.toLowerCase())
    const told = [...this.#present].flatMap(([other, present]) => {
      const arrival = online ? undefined : present.opening.arrival?.(name)
      return arrival === undefined ? [] : [`${other} <- ${arrival}`]
    })
    for (const line of [...lines.map((each) => `${actor} ${each}`), ...told]) {
      const action = parseStep(line)
      if (!action.ok || action.value.kind === 'signs-in') throw new Error(`the opening of ${words} is wrong: ${line}`)
      actions.push(action.value)
    }
    this.#present.set(actor, { name, opening })
    return { ok: true, value: actions }
  }

  /** Who is gone hears of nobody any more. */
  follow(step: Step): void {
    if (step.kind === 'restarts') this.#present.clear()
    else if (step.kind === 'closes' || step.kind === 'resets' || step.kind === 'ends') this.#present.delete(step.actor)
    else if (step.kind === 'hears') {
      for (const { actor, payload } of step.expectations) if (payload.form === 'closed') this.#present.delete(actor)
    }
  }
}
