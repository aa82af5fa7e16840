import type { Level } from '../src/moderation-state.ts'
import type { ModerationCommand } from '../src/moderation.ts'
import { keyOf, type UserName } from '../src/names.ts'
import type { Measure, Subject } from '../src/sanctions.ts'
import type { Text } from '../src/text.ts'
import type { SeededRandom } from './random.ts'

/** Addresses and networks, of which one has most of the places. */
const banned = ['198.51.100.2', '192.0.2.0/24', '2001:db8::/32']
/** Mostly anybody may come. */
const levels: readonly Level[] = ['open', 'open', 'open', 'guests-silent', 'no-guests']
const reasons = ['', 'spam', 'two\nlines']
type Named<D> = Extract<ModerationCommand, { do: D }>

/** What operators may do, to these names. */
export class RandomModeration {
  readonly #random: SeededRandom
  readonly #names: readonly UserName[]
  readonly #texts: readonly Text[]

  constructor(random: SeededRandom, names: readonly UserName[], texts: readonly Text[]) {
    this.#random = random
    this.#names = names
    this.#texts = texts
  }

  readonly commands: { readonly [D in ModerationCommand['do']]: () => Named<D> } = {
    'sanction.put': () => {
      const seconds = this.#chance(4) === 0 ? null : this.#chance(60)
      return { do: 'sanction.put', ...this.#sanction(), reason: this.#pick(reasons), seconds, ...this.#operator() }
    },
    'sanction.remove': () => ({ do: 'sanction.remove', ...this.#sanction(), ...this.#operator() }),
    'user.kick': () => ({ do: 'user.kick', name: this.#pick(this.#names), reason: '', ...this.#operator() }),
    'level.set': () => ({ do: 'level.set', level: this.#pick(levels), ...this.#operator() }),
    'slow.set': () => {
      const rate = this.#chance(2) === 0 ? null : { messages: 1 + this.#chance(3), seconds: 1 + this.#chance(10) }
      return { do: 'slow.set', rate, ...this.#operator() }
    },
    announce: () => ({ do: 'announce', text: this.#pick(this.#texts), ...this.#operator() }),
    'admin.set': () => {
      return { do: 'admin.set', name: this.#pick(this.#names), isAdmin: this.#chance(2) === 0, ...this.#operator() }
    },
    'audit.note': () => ({ do: 'audit.note', action: 'shutdown', ...this.#operator() }),
  }

  #sanction(): { readonly measure: Measure; readonly subject: Subject } {
    const measure = this.#pick<Measure>(['ban', 'mute', 'mute'])
    if (this.#chance(4) === 0) return { measure, subject: { kind: 'address', value: this.#pick(banned) } }
    const kind = this.#pick<'name' | 'account'>(['name', 'account'])
    return { measure, subject: { kind, value: keyOf(this.#pick(this.#names)) } }
  }

  #operator() {
    return { by: this.#pick(['root', 'operator']) }
  }

  /** 0 <= n < `below` */
  #chance(below: number): number {
    return this.#random.integer(below)
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#chance(from.length)]!
  }
}
