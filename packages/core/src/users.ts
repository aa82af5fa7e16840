import type { AccountProof, Accounts } from './accounts.ts'
import type { Capabilities } from './capabilities.ts'
import type { Effects } from './effects.ts'
import type { Entry } from './entry.ts'
import type { ChatEvent } from './events.ts'
import { keyOf, type ConnectionId, type NameKey, type NodeId, type UserName } from './names.ts'
import { fail, ok, type Result } from './result.ts'

/** One signed-in connection. Plain data. */
export interface OnlineConnection {
  readonly id: ConnectionId
  readonly node: NodeId
  /** As it is shown everywhere. */
  readonly name: UserName
  /** Where it comes from. An IP address, compared with those of sanctions; otherwise opaque. */
  readonly address: string
  /** Whose share of what the server keeps it has a part of. Opaque, compared only. */
  readonly share: string
  /** False: any number of such connections may share an account with one exclusive one (P-10). */
  readonly exclusive: boolean
  /** The version of the account that its password was checked against; null: a guest. */
  readonly version: number | null
  /** The device whose token it signed in with, or was given; null: none. */
  readonly device: number | null
  readonly capabilities: Capabilities
  /** The sequence number of its arrival. */
  readonly since: number
}

/** Somebody who is here, by one connection or several. */
export interface User {
  readonly name: UserName
  /** Whether the name is an account's. A guest has no mailbox. */
  readonly registered: boolean
  /** The sequence number of the first arrival: whoever has the name later is somebody else. */
  readonly since: number
  readonly connections: readonly OnlineConnection[]
}

export type UserCommand =
  /** `proof` null: a guest. */
  | {
      readonly do: 'arrive'
      readonly connection: ConnectionId
      readonly node: NodeId
      readonly name: UserName
      readonly proof: AccountProof | null
      readonly address: string
      /** As in `OnlineConnection`; absent: the address's. */
      readonly share?: string
      readonly exclusive: boolean
      readonly capabilities: Capabilities
    }
  | { readonly do: 'leave'; readonly connection: ConnectionId }
type Arrive = Extract<UserCommand, { do: 'arrive' }>

export interface UserResults {
  /** `name`: in the case that it is shown in. `waiting`: messages in the mailbox. `seq`: of the arrival. */
  arrive: Result<
    { readonly name: UserName; readonly registered: boolean; readonly waiting: number; readonly seq: number },
    'name-taken' | 'banned' | 'no-guests'
  >
  leave: Result<void, never>
}

interface OnlineUser extends User {
  connections: OnlineConnection[]
}

/** Who is here. Listed in the order of signing in. */
export class Users {
  readonly #accounts: Accounts
  readonly #online = new Map<NameKey, OnlineUser>()
  readonly #byConnection = new Map<ConnectionId, OnlineConnection>()

  constructor(accounts: Accounts) {
    this.#accounts = accounts
  }

  find(name: UserName): User | undefined {
    return this.#online.get(keyOf(name))
  }

  /** The user whose connection this is; undefined: it is not signed in. */
  of(connection: ConnectionId): User | undefined {
    const online = this.#byConnection.get(connection)
    return online && this.#online.get(keyOf(online.name))
  }

  connection(id: ConnectionId): OnlineConnection | undefined {
    return this.#byConnection.get(id)
  }

  names(): readonly UserName[] {
    return Array.from(this.#online.values(), (user) => user.name)
  }

  /** What somebody says is heard by the other devices of the same user, where there are any. */
  tellDevices({ id, name }: OnlineConnection, event: ChatEvent, out: Effects): void {
    const others = this.find(name)?.connections ?? []
    if (others.some((each) => each.capabilities.devices && each.id !== id)) out.devices(name, id, event)
  }

  /** In the order of signing in. */
  connections(): Iterable<OnlineConnection> {
    return this.#byConnection.values()
  }

  /**
   * Of two who claim a name the first entry wins. A proof of an account that has changed since is
   * none.
   */
  arrive({ seq, command }: Entry<Arrive>, out: Effects): Result<OnlineConnection, 'name-taken'> {
    const { connection: id, node, address, share = address, exclusive, capabilities } = command
    const account = this.#accounts.find(command.name)
    const version = account?.version ?? null
    if (version !== (command.proof?.version ?? null)) return fail('name-taken')
    if (this.#byConnection.has(id)) return fail('name-taken')
    const name = account?.name ?? command.name
    const key = keyOf(name)
    const holder = this.#online.get(key)
    if (holder && !mayShare(holder, account !== undefined, exclusive)) return fail('name-taken')

    const device = command.proof?.device ?? null
    const who = { id, node, name, address, share, device }
    const online: OnlineConnection = { ...who, exclusive, version, capabilities, since: seq }
    this.#byConnection.set(id, online)
    if (holder) holder.connections.push(online)
    else {
      this.#online.set(key, { name, registered: account !== undefined, since: seq, connections: [online] })
      out.everyone({ kind: 'user-joined', user: name }, name)
    }
    return ok(online)
  }

  /** The connection was given the token of this device. */
  becomeDevice(connection: OnlineConnection, device: number): void {
    const become = { ...connection, device }
    this.#byConnection.set(connection.id, become)
    const user = this.#online.get(keyOf(connection.name))!
    user.connections = user.connections.map((each) => (each === connection ? become : each))
  }

  /** The connection and whether it was its user's last; null: it is not here. */
  leave(id: ConnectionId, out: Effects): { readonly connection: OnlineConnection; readonly last: boolean } | null {
    const connection = this.#byConnection.get(id)
    if (!connection) return null
    this.#byConnection.delete(id)
    const key = keyOf(connection.name)
    const user = this.#online.get(key)!
    const last = user.connections.length === 1
    if (!last) user.connections = user.connections.filter((each) => each !== connection)
    else {
      this.#online.delete(key)
      out.everyone({ kind: 'user-left', user: user.name }, user.name)
    }
    return { connection, last }
  }

  save(): readonly User[] {
    return [...this.#online.values()]
  }

  restore(users: readonly User[]): void {
    this.#online.clear()
    this.#byConnection.clear()
    for (const user of users) this.#online.set(keyOf(user.name), { ...user, connections: [...user.connections] })
    const connections = users.flatMap((user) => user.connections).sort((one, other) => one.since - other.since)
    for (const connection of connections) this.#byConnection.set(connection.id, connection)
  }
}

function mayShare(holder: User, registered: boolean, exclusive: boolean): boolean {
  if (!registered || !holder.registered) return false
  return !exclusive || !holder.connections.some((each) => each.exclusive)
}
