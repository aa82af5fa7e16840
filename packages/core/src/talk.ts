import type { Accounts } from './accounts.ts'
import { deliverTo } from './audience.ts'
import type { Mailboxes } from './mailboxes.ts'
import { parseUserName, type UserName } from './names.ts'
import type { StoreFailure } from './ports/store.ts'
import { done, fail, type Result } from './result.ts'
import { cleanText } from './text.ts'
import type { Presence, Users } from './users.ts'

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
    const account = await this.#accounts.find(name.value)
    if (!account.ok) return account
    if (!account.value && !this.#users.find(name.value)) return fail('no-such-user')

    const clean = cleanText(text)
    if (clean === '') return fail('empty-text')
    if (!this.#mayTalk(from)) return fail('too-many-messages')
    if (!account.value) return this.#deliver(from, name.value, clean)
    // Into the mailbox also while a guest still bears the name: it was meant for the account's holder.
    const put = await this.#mailboxes.put(name.value, from.name, clean)
    if (put.ok) return put
    if (put.fail !== 'no-such-account') return fail(put.fail)
    return this.#deliver(from, name.value, clean)
  }

  #deliver(from: Presence, to: UserName, text: string): Result<void, 'no-such-user'> {
    const user = this.#users.find(to)
    if (!user) return fail('no-such-user')
    const ears = Array.from(user.presences, (presence) => presence.subscriber)
    const heard = deliverTo(ears, { kind: 'private-message', from: from.name, to: user.name, text })
    return heard > 0 ? done : fail('no-such-user')
  }

  #mayTalk(from: Presence): boolean {
    return this.#users.find(from.name)?.messages.take() ?? false
  }
}
