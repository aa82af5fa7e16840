import type { CommandNamed, Results } from './commands.ts'
import type { Connections } from './connections.ts'
import type { Effects } from './effects.ts'
import type { Entry } from './entry.ts'
import type { Features } from './features.ts'
import { keyOf } from './names.ts'
import { fail } from './result.ts'

/** What changes an account, with all that hangs on it. Whoever is signed in by what it was is ended. */
export class AccountChanges {
  readonly #features: Features
  readonly #connections: Connections

  constructor(features: Features, connections: Connections) {
    this.#features = features
    this.#connections = connections
  }

  add(entry: Entry<CommandNamed<'account.add'>>, out: Effects): Results['account.add'] {
    const { hooks, accounts, moderation } = this.#features
    const { name } = entry.command
    if (hooks.find(name)) return fail('hook-exists')
    const added = accounts.add(entry, out)
    if (!added.ok) return added
    this.#connections.endOthers(name, entry.seq, out.atOnce)
    moderation.accountChanged(entry, 'add', name, out)
    return added
  }

  setPassword(entry: Entry<CommandNamed<'account.password'>>, out: Effects): Results['account.password'] {
    const { accounts, devices, moderation } = this.#features
    const { name } = entry.command
    const changed = accounts.setPassword(entry, out)
    if (!changed.ok) return changed
    devices.removeAll(name, out)
    this.#connections.endOthers(name, entry.seq, out.atOnce)
    moderation.accountChanged(entry, 'passwd', name, out)
    return changed
  }

  remove(entry: Entry<CommandNamed<'account.remove'>>, out: Effects): Results['account.remove'] {
    const { accounts, devices, keys, mailboxes, moderation, groups } = this.#features
    const { name } = entry.command
    const removed = accounts.remove(entry, out)
    if (!removed.ok) return removed
    devices.removeAll(name, out)
    keys.forget(name)
    mailboxes.forget(name, out)
    moderation.accountRemoved(keyOf(name), out)
    groups.accountRemoved(name, entry.seq, out)
    this.#connections.endOthers(name, entry.seq, out.atOnce)
    moderation.accountChanged(entry, 'remove', name, out)
    return removed
  }

  removeDevice(entry: Entry<CommandNamed<'device.remove'>>, out: Effects): Results['device.remove'] {
    const { users, devices } = this.#features
    const owner = users.connection(entry.command.connection)
    const removed = devices.remove(entry, out)
    if (removed.ok && owner) this.#connections.endDevice(owner.name, entry.command.id, entry.seq, out.atOnce)
    return removed
  }
}
