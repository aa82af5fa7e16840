import type { CommandNamed, Results } from './commands.ts'
import type { Effects } from './effects.ts'
import type { Entry } from './entry.ts'
import type { EndEvent } from './events.ts'
import type { Features } from './features.ts'
import type { ConnectionId, NodeId, UserName } from './names.ts'
import { isBanned } from './permissions.ts'
import { fail, ok } from './result.ts'
import type { OnlineConnection } from './users.ts'

/** How connections begin and end, for all features. */
export class Connections {
  readonly #features: Features

  constructor(features: Features) {
    this.#features = features
  }

  arrive(entry: Entry<CommandNamed<'arrive'>>, out: Effects): Results['arrive'] {
    const { moderation, hooks, devices, users, keys, mailboxes } = this.#features
    const { name: claimed, proof, address } = entry.command
    const refused = moderation.refuses({ name: claimed, registered: proof !== null, address }, entry.at)
    if (refused) return fail(refused)
    if (hooks.find(claimed)) return fail('name-taken')
    // A token that was revoked since it was looked at is none.
    if (proof?.device !== undefined && !devices.find(claimed, proof.device)) return fail('name-taken')
    const arrived = users.arrive(entry, out)
    if (!arrived.ok) return arrived
    const { name, version } = arrived.value
    devices.arrived(arrived.value, entry.at, entry.writable, out)
    keys.arrived(arrived.value, entry.at, out)
    return ok({ name, registered: version !== null, waiting: mailboxes.waiting(name), seq: entry.seq })
  }

  /** whatever ends a connection, everything of it is cleaned up here. */
  leave(id: ConnectionId, seq: number, out: Effects): void {
    const { users, keys, game, files, tunnels, groups } = this.#features
    const left = users.leave(id, out)
    if (!left) return
    const { connection, last } = left
    keys.departed(connection, out)
    game.departed(connection, out)
    files.departed(connection, out)
    tunnels.departed(connection, out)
    if (last) groups.departed(connection, seq, out)
  }

  /** The node is gone, and everybody on it. */
  nodeLeaves(node: NodeId, seq: number, out: Effects): void {
    const { nodes, users, files, tunnels } = this.#features
    nodes.leave(node)
    const connections = Array.from(users.connections()).filter((connection) => connection.node === node)
    for (const { id } of connections) this.leave(id, seq, out)
    files.nodeGone(node, out)
    tunnels.nodeGone(node, out)
  }

  /** a registered name is its holder's. Connections without the present password are ended. */
  endOthers(name: UserName, seq: number, out: Effects): void {
    const version = this.#features.accounts.find(name)?.version ?? null
    for (const connection of this.#of(name)) {
      if (connection.version !== version) this.end(connection.id, 'account-changed', seq, out)
    }
  }

  /** Connections that came by the token of this device, or were given it, are ended. */
  endDevice(name: UserName, device: number, seq: number, out: Effects): void {
    for (const connection of this.#of(name)) {
      if (connection.device === device) this.end(connection.id, 'account-changed', seq, out)
    }
  }

  /** a ban holds for those who are here already. */
  endBanned({ seq, at }: Entry<unknown>, out: Effects): void {
    const banned = Array.from(this.#features.users.connections()).filter((each) => isBanned(this.#features, each, at))
    for (const { id } of banned) this.end(id, 'banned', seq, out)
  }

  end(id: ConnectionId, why: EndEvent['why'], seq: number, out: Effects): void {
    out.connection(id, { kind: 'ended', why })
    this.leave(id, seq, out)
  }

  #of(name: UserName): readonly OnlineConnection[] {
    return this.#features.users.find(name)?.connections ?? []
  }
}
