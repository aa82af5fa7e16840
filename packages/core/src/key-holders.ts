import type { KeyHolder } from './key-holder.ts'
import { keyOf, type ConnectionId, type NameKey } from './names.ts'
import type { OnlineConnection, User } from './users.ts'

/** Everybody who takes part in sealed messages, in the order of signing in. */
export class KeyHolders {
  readonly #holders = new Map<ConnectionId, KeyHolder>()
  readonly #byConnection = new Map<ConnectionId, KeyHolder>()
  /** Those that stand for the devices of an account. */
  readonly #ofDevices = new Map<NameKey, KeyHolder>()

  /** By its id. */
  get(id: ConnectionId): KeyHolder | undefined {
    return this.#holders.get(id)
  }

  /** The one that the connection is of. */
  of(connection: ConnectionId): KeyHolder | undefined {
    return this.#byConnection.get(connection)
  }

  /** Devices that have a key come first: what they are sent is theirs wherever their user is. */
  ofUser({ name, connections }: User): KeyHolder | undefined {
    const devices = this.#ofDevices.get(keyOf(name))
    if (devices && devices.publicKey !== null) return devices
    for (const { id } of connections) {
      const holder = this.#byConnection.get(id)
      if (holder) return holder
    }
    return undefined
  }

  all(): readonly KeyHolder[] {
    return [...this.#holders.values()]
  }

  add(holder: KeyHolder): void {
    this.#holders.set(holder.id, holder)
    for (const { id } of holder.connections) this.#byConnection.set(id, holder)
    if (holder.devices) this.#ofDevices.set(keyOf(holder.name), holder)
  }

  /** The connection is one more of its user's devices. False: it is the first one, or none. */
  share(connection: OnlineConnection): boolean {
    const holder = sharesKey(connection) ? this.#ofDevices.get(keyOf(connection.name)) : undefined
    if (!holder) return false
    holder.connections = [...holder.connections, connection]
    this.#byConnection.set(connection.id, holder)
    return true
  }

  /** The holder that is gone with the connection; null: there was none, or others are of it. */
  leave(connection: ConnectionId): KeyHolder | null {
    const holder = this.#byConnection.get(connection)
    if (!holder) return null
    this.#byConnection.delete(connection)
    holder.connections = holder.connections.filter(({ id }) => id !== connection)
    if (holder.connections.length > 0) return null
    this.#holders.delete(holder.id)
    if (holder.devices) this.#ofDevices.delete(keyOf(holder.name))
    return holder
  }

  clear(): void {
    for (const map of [this.#holders, this.#byConnection, this.#ofDevices]) map.clear()
  }
}

/** Whether its key is that of its account. */
export function sharesKey({ capabilities, version }: OnlineConnection): boolean {
  return capabilities.devices && version !== null
}
