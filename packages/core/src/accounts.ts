import { FailedPasswords } from './failed-passwords.ts'
import { keyOf, parseUserName, type NameFailure, type UserName } from './names.ts'
import type { Clock } from './ports/clock.ts'
import type { Passwords } from './ports/passwords.ts'
import type { Account, Store, StoreFailure } from './ports/store.ts'
import { fail, ok, type Result } from './result.ts'
import type { PasswordLimits } from './settings.ts'

/** How long a refusal takes once too many passwords were wrong. */
const refusalDelayMs = 3_000

export interface Credentials {
  readonly name: UserName
  readonly password: string
  /** Where the attempt comes from; opaque, compared only. */
  readonly address: string
}

/** Registered names and their passwords. */
export class Accounts {
  readonly #store: Store
  readonly #passwords: Passwords
  readonly #clock: Clock
  readonly #failed: FailedPasswords

  constructor(store: Store, passwords: Passwords, clock: Clock, limits: PasswordLimits) {
    this.#store = store
    this.#passwords = passwords
    this.#clock = clock
    this.#failed = new FailedPasswords(limits, clock)
  }

  find(name: UserName): Promise<Result<Account | null, StoreFailure>> {
    return this.#store.accounts.find(keyOf(name))
  }

  /** Takes the same time whether the account exists or not. */
  async authenticate(who: Credentials): Promise<Result<Account, 'wrong-password' | StoreFailure>> {
    const key = keyOf(who.name)
    const attempt = await this.#failed.attempt(key, who.address)
    if (!attempt) {
      await this.#pause(refusalDelayMs)
      return fail('wrong-password')
    }
    let wrong = false
    try {
      const found = await this.#store.accounts.find(key)
      if (!found.ok) return found
      const right = await this.#passwords.verify(found.value?.hash ?? null, who.password)
      wrong = !right || !found.value
      return found.value && right ? ok(found.value) : fail('wrong-password')
    } finally {
      if (wrong) attempt.failed()
      else attempt.passed()
    }
  }

  async add(name: string, password: string): Promise<Result<UserName, NameFailure | 'account-exists' | StoreFailure>> {
    const parsed = parseUserName(name)
    if (!parsed.ok) return parsed
    const added = await this.#store.accounts.add({ name: parsed.value, hash: await this.#passwords.hash(password) })
    return added.ok ? parsed : added
  }

  async setPassword(name: string, password: string): Promise<Result<void, 'no-such-account' | StoreFailure>> {
    const parsed = parseUserName(name)
    if (!parsed.ok) return fail('no-such-account')
    return this.#store.accounts.setHash(keyOf(parsed.value), await this.#passwords.hash(password))
  }

  async remove(name: string): Promise<Result<void, 'no-such-account' | StoreFailure>> {
    const parsed = parseUserName(name)
    return parsed.ok ? this.#store.accounts.remove(keyOf(parsed.value)) : fail('no-such-account')
  }

  list(): Promise<Result<readonly Account[], StoreFailure>> {
    return this.#store.accounts.list()
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#clock.after(ms, resolve))
  }
}
