import type { KeyHolder } from './key-holder.ts'
import { MultiMap } from './multi-map.ts'
import { keyOf, type ConnectionId, type NameKey, type UserName } from './names.ts'

/** Users of whose keys one asker is told, those asked for last. */
const mostAsked = 1_000

/** Of each asker, for whom it asked. */
export type SavedAskers = readonly (readonly [ConnectionId, readonly NameKey[]])[]

/**
 * Who asked for whose public key, and hears when that user gives another one: also when it has not
 * written to that user yet. Only those whose protocol has words for a key that is not asked for.
 */
export class KeyAskers {
  readonly #askers = new MultiMap<NameKey, ConnectionId>()
  readonly #asked = new MultiMap<ConnectionId, NameKey>()

  add(asker: KeyHolder, user: UserName): void {
    if (!hearsKeys(asker)) return
    const name = keyOf(user)
    this.#delete(asker.id, name)
    this.#add(asker.id, name)
    const [oldest = name] = this.#asked.of(asker.id)
    if (this.#asked.of(asker.id).size > mostAsked) this.#delete(asker.id, oldest)
  }

  of(user: UserName): ReadonlySet<ConnectionId> {
    return this.#askers.of(keyOf(user))
  }

  forget({ id }: KeyHolder): void {
    for (const name of this.#asked.of(id)) this.#delete(id, name)
  }

  save(holders: readonly KeyHolder[]): SavedAskers {
    return holders.map(({ id }) => [id, [...this.#asked.of(id)]] as const).filter(([, asked]) => asked.length > 0)
  }

  restore(saved: SavedAskers): void {
    this.#askers.clear()
    this.#asked.clear()
    for (const [id, asked] of saved) for (const name of asked) this.#add(id, name)
  }

  #add(id: ConnectionId, name: NameKey): void {
    this.#askers.add(name, id)
    this.#asked.add(id, name)
  }

  #delete(id: ConnectionId, name: NameKey): void {
    this.#askers.delete(name, id)
    this.#asked.delete(id, name)
  }
}

/** Whether it hears of keys that it does not ask for. */
export function hearsKeys({ connections }: KeyHolder): boolean {
  return connections.some(({ capabilities }) => capabilities.devices)
}
