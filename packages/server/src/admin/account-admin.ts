import { fail, ok, type Command, type Community, type Decider, type Log, type Passwords, type Told } from '@parley/core'
import type { AccountRequest } from '@parley/protocols'
import type { AdminResults } from './requests.ts'

interface Parts {
  readonly submit: Log['submit']
  readonly accounts: Community['accounts']
  readonly passwords: Passwords
}

/**
 * Carries out what the operator asks of the accounts. Changes take effect at once: the community
 * ends the connections that hold the name without the present password. Passwords are hashed
 * here, and only hashes come into the log.
 */
export class AccountAdmin {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async carryOut(request: AccountRequest): Promise<AdminResults[AccountRequest['do']]> {
    const { accounts, passwords } = this.#parts
    if (request.do === 'user.list') return ok(accounts.list().map(({ name }) => name))
    const { name } = request
    const asked = request.do === 'user.find' ? {} : deciderOf(request)
    const found = accounts.find(name)
    if (request.do === 'user.find') return found ? ok(found.name) : fail('no-such-account')
    if (request.do === 'user.add') {
      // A hash takes long, and the answer is known already.
      if (found) return fail('account-exists')
      const added = await this.#submit({
        do: 'account.add',
        ...asked,
        name,
        hash: await passwords.hash(request.password),
      })
      return added.ok ? ok(name) : added
    }
    if (!found) return fail('no-such-account')
    const changed =
      request.do === 'user.remove'
        ? await this.#submit({ do: 'account.remove', ...asked, name })
        : await this.#submit({ do: 'account.password', ...asked, name, hash: await passwords.hash(request.password) })
    return changed.ok ? ok(found.name) : changed
  }

  #submit<C extends Command>(command: C): Promise<Told<C>> {
    return new Promise((resolve) => void this.#parts.submit(command, resolve))
  }
}

function deciderOf({ by, asAdmin }: Partial<Decider>): Partial<Decider> {
  return { ...(by !== undefined && { by }), ...(asAdmin !== undefined && { asAdmin }) }
}
