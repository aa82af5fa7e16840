import type { Effects } from './effects.ts'
import type { ConnectionId, NameKey } from './names.ts'

/** Who decided something, and by which right. */
export interface Decider {
  /** For the trace: the operator as the system calls them, or `@name` of an admin. */
  readonly by: string
  /** The connection of an admin who asks by a protocol; absent: the operator of the machine asks. */
  readonly asAdmin?: ConnectionId
}

/** Accounts whose holders may do what operators do. Durable. */
export class Admins {
  readonly #accounts = new Set<NameKey>()

  has(account: NameKey): boolean {
    return this.#accounts.has(account)
  }

  set(account: NameKey, isAdmin: boolean, out: Effects): void {
    if (isAdmin) this.#accounts.add(account)
    else this.#accounts.delete(account)
    out.write({ write: 'admin.put', account, isAdmin })
  }

  /** The account is removed, which takes this along. */
  forget(account: NameKey): void {
    this.#accounts.delete(account)
  }

  /** In alphabetical order. */
  list(): readonly NameKey[] {
    return [...this.#accounts].sort()
  }

  restore(accounts: readonly NameKey[]): void {
    this.#accounts.clear()
    for (const account of accounts) this.#accounts.add(account)
  }
}
