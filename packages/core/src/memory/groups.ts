import { keyOf, type GroupName, type NameKey, type UserName } from '../names.ts'
import type { GroupRecord, Store } from '../ports/store.ts'
import { done, fail, ok } from '../result.ts'

interface Kept {
  readonly name: GroupName
  readonly members: Map<NameKey, UserName>
  readonly banned: Set<NameKey>
}

type Answers = Store['groups']

/** The groups of the store in memory. Methods are bound, because tests take stores apart. */
export class MemoryGroups implements Answers {
  readonly #groups = new Map<NameKey, Kept>()
  readonly #accountName: (key: NameKey) => UserName | undefined

  constructor(accountName: (key: NameKey) => UserName | undefined) {
    this.#accountName = accountName
  }

  readonly list: Answers['list'] = async () => ok(Array.from(this.#groups.values(), recordOf))

  readonly find: Answers['find'] = async (key) => {
    const group = this.#groups.get(key)
    return ok(group ? recordOf(group) : null)
  }

  readonly join: Answers['join'] = async ({ name, banned }, member) => {
    const account = this.#accountName(member)
    if (!account) return fail('no-such-account')
    const group = this.#groups.get(keyOf(name)) ?? { name, members: new Map(), banned: new Set(banned) }
    group.members.set(member, account)
    this.#groups.set(keyOf(name), group)
    return done
  }

  readonly leave: Answers['leave'] = async (key, member) => {
    const group = this.#groups.get(key)
    if (group) this.#remove(group, member)
    return done
  }

  readonly ban: Answers['ban'] = async (key, user) => {
    const group = this.#groups.get(key)
    group?.banned.add(user)
    if (group) this.#remove(group, user)
    return done
  }

  /** An account was removed. */
  forget(account: NameKey): void {
    for (const group of this.#groups.values()) this.#remove(group, account)
  }

  #remove(group: Kept, member: NameKey): void {
    group.members.delete(member)
    if (group.members.size === 0) this.#groups.delete(keyOf(group.name))
  }
}

function recordOf({ name, members, banned }: Kept): GroupRecord {
  return { name, members: [...members.values()], banned: [...banned] }
}
