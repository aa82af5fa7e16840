import type fc from 'fast-check'
import assert from 'node:assert/strict'
import type { Groups } from './groups.ts'
import type { RealCommunity } from './real.ts'
import { loopback, State, type Connection } from './state.ts'
import { hello, request } from './parley-words.ts'
import { passUntil } from './time.ts'
import { signIn } from './users.ts'
import type { Speech } from './words.ts'

/** A command takes so long, so that no two things fall due at once; a power of two of a second, so that sums are exact. */
const tickMs = 1_000 / 1_024

export interface Model {
  readonly state: State
  readonly groups: Groups
}

export function emptyModel(): Model {
  return { state: new State(), groups: new Map() }
}

/** Where somebody comes from. Guests from `shared` have one rate between them, those on loopback have one each (X-8). */
export type Origin = 'alone' | 'shared' | 'loopback'

type Run = (model: Model, real: RealCommunity, who: Connection) => void | Promise<void>

/** Something that one connection does: to the model, which says what everybody hears of it, and by its bytes to the server. */
export class Step implements fc.AsyncCommand<Model, RealCommunity> {
  readonly #text: string
  readonly #who: number
  readonly #may: (who: Connection, model: Readonly<Model>) => boolean
  readonly #run: Run
  #ran = ''

  constructor(text: string, who: number, may: (who: Connection, model: Readonly<Model>) => boolean, run: Run) {
    this.#text = text
    this.#who = who
    this.#may = may
    this.#run = run
  }

  check(model: Readonly<Model>): boolean {
    return this.#choose(model) !== undefined
  }

  async run(model: Model, real: RealCommunity): Promise<void> {
    const who = this.#choose(model)!
    this.#ran = `C${who.id}(${who.speech}${who.person ? ` ${who.person.name}` : ''}) `
    await tick(model, real, tickMs)
    if (who.open) await this.#run(model, real, who)
    await real.settle()
    compare(model, real)
  }

  toString(): string {
    return this.#ran + this.#text
  }

  #choose(model: Readonly<Model>): Connection | undefined {
    const able = model.state.openConnections.filter((each) => this.#may(each, model))
    return able.length === 0 ? undefined : able[this.#who % able.length]
  }
}

/** Somebody new, who may or may not get in. */
export class Arrival implements fc.AsyncCommand<Model, RealCommunity> {
  readonly #speech: Speech
  readonly #name: string | undefined
  readonly #password: string | undefined
  readonly #origin: Origin
  readonly #after: 'first' | 'last' | null

  /** `after`: whether it catches up, from the first place on or from the last that a client of its name has heard. */
  constructor(
    speech: Speech,
    name: string | undefined,
    password: string | undefined,
    origin: Origin,
    after: 'first' | 'last' | null = null,
  ) {
    this.#origin = origin
    this.#after = after
    this.#speech = speech
    this.#name = name
    this.#password = password
  }

  check({ state }: Readonly<Model>): boolean {
    return state.openConnections.length < 9 && state.mayFail(this.#address(state))
  }

  async run(model: Model, real: RealCommunity): Promise<void> {
    await tick(model, real, tickMs)
    const address = this.#address(model.state)
    const who = model.state.open(this.#speech, address)
    real.open(this.#speech, address)
    if (this.#speech === 'parley') real.say(who.id, hello)
    await real.settle()
    if (this.#name !== undefined) signsIn(model, real, who, this.#name, this.#password, this.#from(model.state))
    await real.settle()
    compare(model, real)
  }

  toString(): string {
    const from = `by ${this.#speech} from ${this.#origin}`
    if (this.#name === undefined) return `somebody connects ${from}`
    const how = `${this.#password ? ` with ${this.#password}` : ''}${this.#after ? ` after the ${this.#after}` : ''}`
    return `${JSON.stringify(this.#name)} arrives ${from}${how}`
  }

  #from({ cursors }: State): number | null {
    if (this.#speech !== 'parley' || this.#after === null) return null
    return this.#after === 'first' ? 0 : (cursors.get(this.#name?.toLowerCase() ?? '') ?? null)
  }

  #address({ connections }: State): string {
    if (this.#origin === 'loopback') return loopback
    return this.#origin === 'shared' ? '192.0.2.1' : `198.51.100.${connections.length}`
  }
}

export function signsIn(
  { state, groups }: Model,
  real: RealCommunity,
  who: Connection,
  name: string,
  password?: string,
  after: number | null = null,
): void {
  const wasIn = who.person !== undefined
  signIn(state, groups, who, name, password, after)
  const said = after === null ? who.words.sayIn(name, password) : comesBack(real, name, password, after)
  if (who.speech === 'cp' && !wasIn) real.say(who.id, said, `PASS${password ?? ''}`)
  else real.say(who.id, said)
}

function comesBack({ places }: RealCommunity, name: string, password: string | undefined, after: number): string {
  return request('sign-in', { name, password, after: after === 0 ? 0 : places.numberOf(after) })
}

export async function tick({ state, groups }: Model, real: RealCommunity, ms: number): Promise<void> {
  let now = state.now
  const end = now + ms
  // What one timer causes has happened before the next one falls due, as it has on a clock that runs by itself.
  for (const time of [...passUntil(state, groups, end), end]) {
    await real.pass(time - now)
    now = time
  }
}

/** Everybody has heard what the model says, in that order, and nothing else; and is still connected or is not. */
export function compare({ state }: Model, real: RealCommunity): void {
  for (const each of state.connections) {
    const got = real.hear(each.id)
    const want = each.heard.splice(0)
    const who = `C${each.id} (${each.speech})`
    const isAsWanted = (wanted: string, line: string) => {
      return each.speech === 'parley' ? real.places.same(wanted, line) : isSame(wanted, line)
    }
    const shown = got.map((line, at) => (isAsWanted(want[at] ?? '', line) ? (want[at] ?? '') : line))
    assert.deepEqual(shown, want, `what ${who} heard`)
    assert.equal(real.isOver(each.id), !each.open, `whether ${who} was disconnected`)
  }
}

export function isSame(want: string, got: string): boolean {
  if (want.endsWith('…')) return got.startsWith(want.slice(0, -1))
  if (want === got) return true
  // The order of its members is what it is about (J-14).
  if (want.startsWith('GAME_RESULTS')) return false
  const [wanted, given] = [/^([A-Z_]+) (\{.*)$/.exec(want), /^([A-Z_]+) (\{.*)$/.exec(got)]
  if (!wanted || !given || wanted[1] !== given[1]) return false
  try {
    assert.deepEqual(JSON.parse(given[2]!), JSON.parse(wanted[2]!))
    return true
  } catch {
    return false
  }
}
