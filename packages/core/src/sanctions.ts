import { networkHas, parseAddress, parseNetwork, type Network } from './networks.ts'
import { keyOf, parseUserName, type UserName } from './names.ts'
import { fail, ok, type Result } from './result.ts'

/** `ban`: may not be here. `mute`: may listen and not speak. */
export type Measure = 'ban' | 'mute'

/**
 * Whom a sanction is about. `name`: whoever uses the name. `account`: who is signed in as the holder
 * of the account. `address`: an address or a network. `value` is in the one form that `parseSubject`
 * makes.
 */
export interface Subject {
  readonly kind: 'name' | 'account' | 'address'
  readonly value: string
}

/** Times are the log's, in milliseconds. */
export interface Sanction {
  readonly measure: Measure
  readonly subject: Subject
  /** For people; may be empty. */
  readonly reason: string
  /** It ends then; null: it stays. */
  readonly until: number | null
  /** Which operator made it. */
  readonly by: string
  readonly at: number
}

/** Who may be under a sanction. `registered`: the name was proved. */
export interface Suspect {
  readonly name: UserName
  readonly registered: boolean
  readonly address: string
}

export function parseSubject(kind: string, text: string): Result<Subject, 'name-invalid' | 'address-invalid'> {
  if (kind === 'address') return parseNetwork(text) ? ok({ kind, value: text.toLowerCase() }) : fail('address-invalid')
  const name = parseUserName(text)
  if (!name.ok || (kind !== 'name' && kind !== 'account')) return fail('name-invalid')
  return ok({ kind, value: keyOf(name.value) })
}

/** The sanctions of one measure. One subject has one at most. */
export class Sanctions {
  readonly #byKey = new Map<string, Sanction>()
  readonly #networks = new Map<string, Network>()

  get size(): number {
    return this.#byKey.size
  }

  put(sanction: Sanction): void {
    const { kind, value } = sanction.subject
    this.#byKey.set(keyOfSubject(sanction.subject), sanction)
    const network = kind === 'address' ? parseNetwork(value) : null
    if (network) this.#networks.set(value, network)
  }

  has(subject: Subject): boolean {
    return this.#byKey.has(keyOfSubject(subject))
  }

  remove(subject: Subject): void {
    this.#byKey.delete(keyOfSubject(subject))
    if (subject.kind === 'address') this.#networks.delete(subject.value)
  }

  /** Whether one that has not run out applies to this user. `now`: the log's time. */
  applyTo({ name, registered, address }: Suspect, now: number): boolean {
    if (this.#byKey.size === 0) return false
    const key = keyOf(name)
    if (this.#isOn({ kind: 'name', value: key }, now)) return true
    if (registered && this.#isOn({ kind: 'account', value: key }, now)) return true
    const bytes = this.#networks.size > 0 ? parseAddress(address) : null
    if (!bytes) return false
    for (const [value, network] of this.#networks) {
      if (networkHas(network, bytes) && this.#isOn({ kind: 'address', value }, now)) return true
    }
    return false
  }

  expired(now: number): readonly Subject[] {
    const over = Array.from(this.#byKey.values()).filter((sanction) => !isInForce(sanction, now))
    return over.map(({ subject }) => subject)
  }

  list(): readonly Sanction[] {
    return [...this.#byKey.keys()].sort().map((key) => this.#byKey.get(key)!)
  }

  clear(): void {
    this.#byKey.clear()
    this.#networks.clear()
  }

  #isOn(subject: Subject, now: number): boolean {
    const sanction = this.#byKey.get(keyOfSubject(subject))
    return sanction !== undefined && isInForce(sanction, now)
  }
}

export function isInForce({ until }: Sanction, now: number): boolean {
  return until === null || now < until
}

function keyOfSubject({ kind, value }: Subject): string {
  return `${kind} ${value}`
}
