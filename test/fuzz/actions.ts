import { Chance } from './chance.ts'
import { accountNames, type Mood } from './dictionary.ts'
import type { Variant } from './listeners.ts'
import { conversation, cut, privateSocket, transferSaying } from './streams.ts'

export type AccountChange = 'add' | 'password' | 'remove'

/** One thing that happens to a community. Plain data, so that a failing run can be shown, cut down and played again. */
export type Action =
  /** `answers`: the heartbeat, by itself. */
  | {
      readonly kind: 'opens'
      readonly client: number
      readonly listener: number
      readonly address: string
      readonly answers: boolean
    }
  /** Comes to one of the transfer listeners that are open, where there is one. */
  | { readonly kind: 'opens-transfer'; readonly client: number; readonly which: number; readonly address: string }
  /** `<uuid>`, also written `<id>`, and `<port>` stand for the last that anybody was told. */
  | { readonly kind: 'says'; readonly client: number; readonly bytes: Uint8Array }
  | { readonly kind: 'ends' | 'resets' | 'stalls' | 'reads'; readonly client: number }
  | { readonly kind: 'turns'; readonly count: number }
  | { readonly kind: 'passes'; readonly ms: number }
  /** By the operator. */
  | { readonly kind: 'account'; readonly change: AccountChange; readonly account: string }
  /** The server stops. Last. */
  | { readonly kind: 'stops' }

const changes: readonly AccountChange[] = ['add', 'password', 'remove']
const addresses = ['192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.2']

/** A run: a few clients of a few protocols, their chunks interleaved, with ends, stalls, turns and time in between. */
export function actionsOf(seed: number, mains: readonly Variant[], companions: number): readonly Action[] {
  const chance = new Chance(seed)
  const plan = new Plan(chance, mains, companions)
  const queues = Array.from({ length: 2 + chance.below(8) }, (_, client) => plan.clientOf(client))
  const actions: Action[] = []
  while (queues.length > 0) {
    const at = chance.below(queues.length)
    const queue = queues[at]!
    const action = queue.shift()
    if (action) actions.push(action)
    if (queue.length === 0) queues.splice(at, 1)
    if (chance.odds(60)) actions.push({ kind: 'turns', count: 1 + chance.below(5) })
    if (chance.odds(2))
      actions.push({ kind: 'account', change: chance.pick(changes), account: chance.pick(accountNames) })
    if (chance.odds(6)) actions.push({ kind: 'passes', ms: chance.pick(plan.passes) })
  }
  if (chance.odds(10)) actions.push({ kind: 'stops' })
  return actions
}

class Plan {
  readonly passes: readonly number[]
  readonly #chance: Chance
  readonly #mood: Mood
  readonly #mains: readonly Variant[]
  readonly #companions: number
  /** The listeners that somebody comes to: few, so that they meet. */
  readonly #used: readonly number[]

  constructor(chance: Chance, mains: readonly Variant[], companions: number) {
    this.#chance = chance
    this.#mains = mains
    this.#companions = companions
    this.#mood = chance.odds(50) ? 'wild' : 'tame'
    this.#used = Array.from({ length: 1 + chance.below(4) }, () => chance.below(mains.length))
    this.passes =
      this.#mood === 'wild' ? [1, 40, 3_000, 10_000, 13_000, 61_000, 310_000] : [1, 40, 1_000, 10_000, 10_000]
  }

  clientOf(client: number): Action[] {
    const chance = this.#chance
    const address = chance.pick(addresses)
    if (chance.odds(15)) return this.#secondSocket(client, address)
    const listener = chance.pick(this.#used)
    const frames = conversation(this.#mains[listener]!.name, 3 + chance.below(20), this.#mood, chance)
    const actions: Action[] = [{ kind: 'opens', client, listener, address, answers: chance.odds(75) }]
    for (const bytes of this.#mood === 'wild' ? cut(frames, chance) : frames) {
      actions.push({ kind: 'says', client, bytes })
      if (chance.odds(2)) actions.push({ kind: 'stalls', client })
      if (chance.odds(2)) actions.push({ kind: 'reads', client })
      if (chance.odds(1)) actions.push({ kind: chance.pick(['ends', 'resets']), client })
    }
    if (chance.odds(50)) actions.push({ kind: chance.pick(['ends', 'resets']), client })
    return actions
  }

  /** Somebody's second socket, at a transfer listener or a companion's port, once others have talked for a while. */
  #secondSocket(client: number, address: string): Action[] {
    const chance = this.#chance
    const wait: Action[] = Array.from({ length: chance.below(20) }, () => ({ kind: 'turns', count: 2 }))
    const chatos = this.#used.find((each) => this.#mains[each]!.name === 'chatos')
    const sayings =
      chatos === undefined
        ? Array.from({ length: 1 + chance.below(3) }, () => transferSaying(this.#mood, chance))
        : privateSocket(this.#mood, chance)
    const says = sayings.map((bytes): Action => ({ kind: 'says', client, bytes }))
    const leaves: Action[] = chance.odds(70) ? [{ kind: chance.pick(['ends', 'resets']), client }] : []
    return [...wait, this.#come(client, address, chatos), ...says, ...leaves]
  }

  #come(client: number, address: string, chatos: number | undefined): Action {
    const chance = this.#chance
    if (chatos !== undefined) return { kind: 'opens', client, listener: chatos, address, answers: false }
    const listener = this.#mains.length + chance.below(this.#companions)
    return this.#companions > 0 && chance.odds(50)
      ? { kind: 'opens', client, listener, address, answers: false }
      : { kind: 'opens-transfer', client, which: chance.below(8), address }
  }
}
