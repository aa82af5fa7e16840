import type { Clock, NameKey } from '@parley/core'

const rememberedMs = 30 * 24 * 3_600_000
/** A holder who travels loses the address that was used the longest time ago. */
const addressesPerName = 32

/** When an address was last used, in wall time, by name and address. */
export type SavedAddresses = Readonly<Record<string, Readonly<Record<string, number>>>>

/** From where names were signed in with their right password within the last 30 days. */
export class KnownAddresses {
  readonly #clock: Clock
  readonly #changed: () => void
  /** Of each name, the latest address last. */
  readonly #names = new Map<NameKey, Map<string, number>>()

  /** `changed` is called after each change. */
  constructor(clock: Clock, changed: () => void = () => {}) {
    this.#clock = clock
    this.#changed = changed
  }

  has(name: NameKey, address: string): boolean {
    const at = this.#names.get(name)?.get(address)
    return at !== undefined && this.#isRemembered(at)
  }

  add(name: NameKey, address: string): void {
    this.#put(name, address, this.#clock.now())
    this.#changed()
  }

  /** Only what is still remembered. */
  save(): SavedAddresses {
    const names = Array.from(this.#names, ([name, addresses]) => {
      return [name, Object.fromEntries([...addresses].filter(([, at]) => this.#isRemembered(at)))] as const
    })
    return Object.fromEntries(names.filter(([, addresses]) => Object.keys(addresses).length > 0))
  }

  restore(saved: SavedAddresses): void {
    for (const [name, addresses] of Object.entries(saved)) {
      const oldestFirst = Object.entries(addresses).sort(([, one], [, other]) => one - other)
      for (const [address, at] of oldestFirst) this.#put(name as NameKey, address, at)
    }
  }

  #put(name: NameKey, address: string, at: number): void {
    const addresses = this.#names.get(name) ?? new Map<string, number>()
    this.#names.set(name, addresses)
    addresses.delete(address)
    addresses.set(address, at)
    const [oldest] = addresses.keys()
    if (addresses.size > addressesPerName) addresses.delete(oldest!)
  }

  #isRemembered(at: number): boolean {
    return this.#clock.now() - at < rememberedMs
  }
}
