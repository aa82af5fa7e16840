import {
  fail,
  keyOf,
  ok,
  type AccountProof,
  type Clock,
  type Community,
  type NameKey,
  type Passwords,
  type Result,
  type UserName,
} from '@parley/core'
import type { PasswordLimits } from '../config/settings.ts'
import { addressGroup } from '../address.ts'
import { hashesAtOnce } from './argon2-passwords.ts'
import { FailedPasswords } from './failed-passwords.ts'
import { KnownAddresses } from './known-addresses.ts'
import { Semaphore } from './semaphore.ts'

/** How long a refusal takes once too many passwords were wrong. */
const refusalDelayMs = 3_000

const nobody = '' as NameKey

export interface Credentials {
  /** Null: what was said is no name. It takes as long, and counts, as a name without an account. */
  readonly name: UserName | null
  readonly password: string
  /** Where the attempt comes from. Opaque, compared only. */
  readonly address: string
}

interface Parts {
  readonly accounts: Pick<Community['accounts'], 'find'>
  readonly passwords: Passwords
  readonly clock: Clock
  readonly limits: PasswordLimits
  /** From where holders come; where absent it is learnt anew. */
  readonly known?: KnownAddresses
}

/** Checks the passwords of those who sign in, outside the log because that takes long. */
export class PasswordProofs {
  readonly #parts: Parts
  readonly #failed: FailedPasswords
  readonly #known: KnownAddresses
  /** A few passwords at a time, addresses taking turns. */
  readonly #semaphore = new Semaphore(hashesAtOnce)

  constructor(parts: Parts) {
    this.#parts = parts
    this.#failed = new FailedPasswords(parts.limits, parts.clock)
    this.#known = parts.known ?? new KnownAddresses(parts.clock)
  }

  /** Takes the same time whether the account exists or not. */
  async prove({ name, password, address: from }: Credentials): Promise<Result<AccountProof, 'wrong-password'>> {
    const key = name === null ? nobody : keyOf(name)
    const address = addressGroup(from)
    const isKnown = this.#known.has(key, address)
    const attempt = await this.#failed.attempt(key, address, isKnown)
    if (!attempt) {
      await new Promise<void>((resolve) => this.#parts.clock.after(refusalDelayMs, resolve))
      return fail('wrong-password')
    }
    let wrong = false
    try {
      const proof = await this.#semaphore.run(address, () => this.#look(name, password), isKnown)
      wrong = proof === null
      if (!proof) return fail('wrong-password')
      this.#known.add(key, address)
      return ok(proof)
    } finally {
      if (wrong) attempt.failed()
      else attempt.passed()
    }
  }

  /** Null: there is no such account, or the password is wrong. */
  async #look(name: UserName | null, password: string): Promise<AccountProof | null> {
    const { accounts, passwords } = this.#parts
    const account = name === null ? undefined : accounts.find(name)
    const right = await passwords.verify(account?.hash ?? null, password)
    return account && right ? { version: account.version } : null
  }
}
