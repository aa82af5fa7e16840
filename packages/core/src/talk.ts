import type { Accounts } from './accounts.ts'
import { deliverTo } from './audience.ts'
import type { Mailboxes } from './mailboxes.ts'
import { parseUserName, type UserName } from './names.ts'
import type { StoreFailure } from './ports/store.ts'
import { done, fail, ok, type Result } from './result.ts'
import { cleanText } from './text.ts'
import type { Presence, User, Users } from './users.ts'

export type BroadcastFailure = 'empty-text' | 'too-many-messages'
export type TellFailure = 'no-such-user' | 'empty-text' | 'too-many-messages' | 'mailbox-full' | StoreFailure

/** What users say to each other in plain text. */
export class Talk {
  readonly #users: Users
  readonly #accounts: Accounts
  readonly #mailboxes: Mailboxes

  constructor(users: Users, accounts: Accounts, mailboxes: Mailboxes) {
    this.#users = users
    this.#accounts = accounts
    this.#mailboxes = mailboxes
  }

  /** Everybody else hears it, in the order in which the calls were made. */
  broadcast(from: Presence, text: string): Result<void, BroadcastFailure> {
    const clean = cleanText(text)
    if (clean === '') return fail('empty-text')
    if (!this.#mayTalk(from)) return fail('too-many-messages')
    this.#users.publish({ to: 'everyone', but: from.name }, { kind: 'broadcast', from: from.name, text: clean })
    return done
  }

  /**
   * To a registered user: durable when it answers, delivered at once where the user can hear it. To a guest: on
   * its connection when it answers. Writing to oneself is allowed; protocols that forbid it say so first.
   */
  async tell(from: Presence, to: string, text: string): Promise<Result<void, TellFailure>> {
    const name = parseUserName(to)
    if (!name.ok) return fail('no-such-user')
    const known = await this.#isKnown(name.value)
    if (!known.ok) return known
    if (!known.value) return fail('no-such-user')

    const clean = cleanText(text)
    if (clean === '') return fail('empty-text')
    if (!this.#mayTalk(from)) return fail('too-many-messages')
    const guest = this.#users.find(name.value)
    if (guest && !guest.registered) return this.#deliver(from, guest, clean)

    const put = await this.#mailboxes.put(name.value, from.name, clean)
    if (put.ok) return put
    if (put.fail !== 'no-such-account') return fail(put.fail)
    // A guest who left while the store was asked, or an account that was removed while its user is here.
    const still = this.#users.find(name.value)
    return still ? this.#deliver(from, still, clean) : fail('no-such-user')
  }

  async #isKnown(name: UserName): Promise<Result<boolean, StoreFailure>> {
    if (this.#users.find(name)) return ok(true)
    const account = await this.#accounts.find(name)
    return account.ok ? ok(account.value !== null || this.#users.find(name) !== undefined) : account
  }

  #deliver(from: Presence, to: User, text: string): Result<void, 'no-such-user'> {
    const ears = Array.from(to.presences, (presence) => presence.subscriber)
    const heard = deliverTo(ears, { kind: 'private-message', from: from.name, to: to.name, text })
    return heard > 0 ? done : fail('no-such-user')
  }

  #mayTalk(from: Presence): boolean {
    return this.#users.find(from.name)?.messages.take() ?? false
  }
}
