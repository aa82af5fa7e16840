import type { Accounts } from './accounts.ts'
import type { Effects } from './effects.ts'
import type { Entry } from './entry.ts'
import { keyOf, type ConnectionId, type NameKey, type UserName } from './names.ts'
import type { Rated } from './rated.ts'
import { done, fail, ok, type Result } from './result.ts'
import type { OnlineConnection, Users } from './users.ts'
import type { Device } from './writes.ts'

/** Devices that one account may have. */
const mostDevices = 32

/** How much older than its present use the noted last use of a device may be. */
const seenEveryMs = 3_600_000

export type DeviceCommand =
  | ({
      readonly do: 'device.add'
      readonly connection: ConnectionId
      readonly label: string
      readonly hash: string
    } & Rated)
  | { readonly do: 'device.remove'; readonly connection: ConnectionId; readonly id: number }
type Command<D> = Extract<DeviceCommand, { do: D }>

export interface DeviceResults {
  'device.add': Result<
    { readonly id: number },
    'gone' | 'not-registered' | 'too-many-devices' | 'too-many-messages' | 'unavailable'
  >
  /** Connections that came by its token, or were given it, have ended. */
  'device.remove': Result<void, 'gone' | 'no-such-device' | 'unavailable'>
}

/**
 * The devices of accounts. Durable. They end with the account, and with its password: whoever
 * changes that wants everybody else out.
 */
export class Devices {
  readonly #accounts: Accounts
  readonly #users: Users
  readonly #devices = new Map<NameKey, Map<number, Device>>()

  constructor(accounts: Accounts, users: Users) {
    this.#accounts = accounts
    this.#users = users
  }

  /** In the order in which they were added. */
  of(name: UserName): readonly Device[] {
    return [...(this.#devices.get(keyOf(name))?.values() ?? [])]
  }

  find(name: UserName, id: number): Device | undefined {
    return this.#devices.get(keyOf(name))?.get(id)
  }

  /** The device whose token has this hash. */
  byHash(name: UserName, hash: string): Device | undefined {
    return this.of(name).find((device) => device.hash === hash)
  }

  add({ seq, at, writable, command }: Entry<Command<'device.add'>>, out: Effects): DeviceResults['device.add'] {
    const owner = this.#users.connection(command.connection)
    if (!owner) return fail('gone')
    if (owner.version === null || !this.#accounts.find(owner.name)) return fail('not-registered')
    if (this.of(owner.name).length >= mostDevices) return fail('too-many-devices')
    if (!command.withinRate) return fail('too-many-messages')
    if (!writable) return fail('unavailable')
    const { label, hash } = command
    this.#put({ id: seq, account: keyOf(owner.name), label, hash, addedAt: at, seenAt: at }, out)
    this.#users.becomeDevice(owner, seq)
    out.durable = true
    return ok({ id: seq })
  }

  remove({ removable, command }: Entry<Command<'device.remove'>>, out: Effects): DeviceResults['device.remove'] {
    const owner = this.#users.connection(command.connection)
    if (!owner) return fail('gone')
    if (owner.version === null || !this.find(owner.name, command.id)) return fail('no-such-device')
    if (!removable) return fail('unavailable')
    this.#delete(keyOf(owner.name), command.id, out)
    return done
  }

  /** The connection came by a device's token: its last use is noted, unless that is recent. */
  arrived({ name, device: id }: OnlineConnection, at: number, writable: boolean, out: Effects): void {
    const device = id === null ? undefined : this.find(name, id)
    if (device && writable && at - device.seenAt >= seenEveryMs) this.#put({ ...device, seenAt: at }, out)
  }

  /** All of them: the account has another password, or is gone. */
  removeAll(name: UserName, out: Effects): void {
    for (const { id } of this.of(name)) this.#delete(keyOf(name), id, out)
  }

  save(): readonly Device[] {
    return Array.from(this.#devices.values())
      .flatMap((devices) => [...devices.values()])
      .sort((one, other) => one.id - other.id)
  }

  restore(devices: readonly Device[]): void {
    this.#devices.clear()
    for (const device of devices) this.#keep(device)
  }

  #put(device: Device, out: Effects): void {
    this.#keep(device)
    out.write({ write: 'device.put', device })
  }

  #keep(device: Device): void {
    const devices = this.#devices.get(device.account)
    if (devices) devices.set(device.id, device)
    else this.#devices.set(device.account, new Map([[device.id, device]]))
  }

  #delete(account: NameKey, id: number, out: Effects): void {
    const devices = this.#devices.get(account)!
    devices.delete(id)
    if (devices.size === 0) this.#devices.delete(account)
    out.write({ write: 'device.remove', id })
    out.durable = true
  }
}
