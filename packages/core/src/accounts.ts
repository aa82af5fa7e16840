import type { Decider } from './admins.ts'
import type { Effects } from './effects.ts'
import type { Entry } from './entry.ts'
import { keyOf, type NameKey, type UserName } from './names.ts'
import { done, fail, type Result } from './result.ts'
import type { Account } from './writes.ts'

/** What a sign-in was checked against, outside the log because a password takes long. */
export interface AccountProof {
  /** `Account.version` at the time. */
  readonly version: number
  /** The device whose token it was; absent: it was the password. */
  readonly device?: number
}

export type AccountCommand = Partial<Decider> &
  (
    | { readonly do: 'account.add'; readonly name: UserName; readonly hash: string }
    | { readonly do: 'account.password'; readonly name: UserName; readonly hash: string }
    | { readonly do: 'account.remove'; readonly name: UserName }
  )
type Command<D> = Extract<AccountCommand, { do: D }>

export interface AccountResults {
  /** `hook-exists`: the name is a bot's. */
  'account.add': Result<void, 'account-exists' | 'hook-exists' | 'admins-only' | 'unavailable'>
  'account.password': Result<void, 'no-such-account' | 'admins-only' | 'unavailable'>
  'account.remove': Result<void, 'no-such-account' | 'admins-only' | 'unavailable'>
}

/** Registered names. Durable. */
export class Accounts {
  readonly #accounts = new Map<NameKey, Account>()

  find(name: UserName): Account | undefined {
    return this.#accounts.get(keyOf(name))
  }

  /** In alphabetical order. */
  list(): readonly Account[] {
    return [...this.#accounts.keys()].sort().map((key) => this.#accounts.get(key)!)
  }

  add(
    { seq, writable, command }: Entry<Command<'account.add'>>,
    out: Effects,
  ): Result<void, 'account-exists' | 'unavailable'> {
    if (!writable) return fail('unavailable')
    if (this.find(command.name)) return fail('account-exists')
    this.#put({ name: command.name, hash: command.hash, version: seq }, out)
    return done
  }

  setPassword(
    { seq, writable, command }: Entry<Command<'account.password'>>,
    out: Effects,
  ): AccountResults['account.password'] {
    if (!writable) return fail('unavailable')
    const account = this.find(command.name)
    if (!account) return fail('no-such-account')
    this.#put({ name: account.name, hash: command.hash, version: seq }, out)
    return done
  }

  remove({ writable, command }: Entry<Command<'account.remove'>>, out: Effects): AccountResults['account.remove'] {
    if (!writable) return fail('unavailable')
    const key = keyOf(command.name)
    if (!this.#accounts.delete(key)) return fail('no-such-account')
    out.write({ write: 'account.remove', account: key })
    out.durable = true
    return done
  }

  save(): readonly Account[] {
    return this.list()
  }

  restore(accounts: readonly Account[]): void {
    this.#accounts.clear()
    for (const account of accounts) this.#accounts.set(keyOf(account.name), account)
  }

  #put(account: Account, out: Effects): void {
    this.#accounts.set(keyOf(account.name), account)
    out.write({ write: 'account.put', account })
    out.durable = true
  }
}
