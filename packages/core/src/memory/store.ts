import { keyOf, type NameKey } from '../names.ts'
import type { Account, Letter, MailboxLimits, Store } from '../ports/store.ts'
import { done, fail, ok } from '../result.ts'
import { MemoryGroups } from './groups.ts'

/** Forgets everything with the process. */
export class MemoryStore implements Store {
  readonly #accounts = new Map<NameKey, Account>()
  readonly #letters = new Map<NameKey, Letter[]>()
  readonly #groups = new MemoryGroups((key) => this.#accounts.get(key)?.name)
  readonly #limits: MailboxLimits
  #lastId = 0
  #removals = 0

  constructor(limits: MailboxLimits) {
    this.#limits = limits
  }

  readonly accounts: Store['accounts'] = {
    find: async (key) => ok(this.#accounts.get(key) ?? null),
    add: async (account) => {
      const key = keyOf(account.name)
      if (this.#accounts.has(key)) return fail('account-exists')
      this.#accounts.set(key, account)
      return done
    },
    setHash: async (key, hash) => {
      const account = this.#accounts.get(key)
      if (!account) return fail('no-such-account')
      this.#accounts.set(key, { ...account, hash })
      return done
    },
    remove: async (key) => {
      if (!this.#accounts.delete(key)) return fail('no-such-account')
      this.#letters.delete(key)
      this.#groups.forget(key)
      this.#removals++
      return done
    },
    list: async () => {
      const keys = [...this.#accounts.keys()].toSorted()
      return ok(keys.map((key) => this.#accounts.get(key)!))
    },
    removals: async () => ok(this.#removals),
  }

  readonly mailboxes: Store['mailboxes'] = {
    put: async (to, letter) => {
      if (!this.#accounts.has(to)) return fail('no-such-account')
      const waiting = this.#letters.get(to) ?? []
      const ofPair = waiting.filter((each) => keyOf(each.from) === keyOf(letter.from)).length
      if (waiting.length >= this.#limits.perRecipient || ofPair >= this.#limits.perPair) return fail('mailbox-full')
      const stored: Letter = { ...letter, id: ++this.#lastId }
      this.#letters.set(to, [...waiting, stored])
      return ok(stored)
    },
    after: async (to, id, limit) =>
      ok((this.#letters.get(to) ?? []).filter((letter) => letter.id > id).slice(0, limit)),
    remove: async (to, ids) => {
      const left = (this.#letters.get(to) ?? []).filter((letter) => !ids.includes(letter.id))
      this.#letters.set(to, left)
      return done
    },
  }

  readonly groups: Store['groups'] = this.#groups

  async close(): Promise<void> {}
}
