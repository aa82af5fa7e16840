import { deliverTo } from './audience.ts'
import type { ChatEvent } from './events.ts'
import { Group, type Member } from './group.ts'
import { keyOf, parseGroupName, type GroupName, type NameFailure, type NameKey, type UserName } from './names.ts'
import type { Subscriber } from './ports/channel.ts'
import type { Store, StoreFailure } from './ports/store.ts'
import { done, fail, type Result } from './result.ts'
import { cleanText } from './text.ts'
import { Turns } from './turns.ts'
import type { Presence, Users } from './users.ts'

/** `gone`: the connection ended while its request waited. `store-unavailable`: nothing was changed. */
type ChangeFailure = 'gone' | StoreFailure
export type CreateGroupFailure = NameFailure | 'group-exists' | 'too-many-groups' | 'too-many-messages' | ChangeFailure
export type JoinGroupFailure = 'no-such-group' | 'already-a-member' | 'banned' | 'too-many-messages' | ChangeFailure
export type SayInGroupFailure = 'no-such-group' | 'not-a-member' | 'empty-text' | 'too-many-messages' | 'gone'
export type LeaveGroupFailure =
  'no-such-group' | 'not-a-member' | 'admin-cannot-leave' | 'too-many-messages' | ChangeFailure
export type KickFailure =
  'no-such-group' | 'not-the-admin' | 'yourself' | 'target-not-a-member' | 'too-many-messages' | ChangeFailure

export interface GroupSummary {
  readonly name: GroupName
  readonly admin: UserName
  /** How many there are, the admin included. */
  readonly members: number
}

/** Called at the moment it is so, before anything that follows from it is heard: the place to say yes. */
type Yes = (group: GroupName) => void

/**
 * Groups of users (H-6, H-7). All of them are in memory; what concerns registered users is in the store as well. Changes of
 * one group take turns, and each is decided, made durable, and then made so in memory and told in one synchronous step:
 * nobody ever sees half of one. Guests and removed accounts go between those steps, and every change bears with that.
 */
export class Groups {
  readonly #store: Store
  readonly #users: Users
  readonly #perAdmin: number
  readonly #groups = new Map<NameKey, Group>()
  /** Where a guest is a member, or was since it signed in. */
  readonly #ofGuest = new Map<NameKey, Set<Group>>()
  readonly #turns = new Turns<NameKey>()
  /** A user makes one group at a time, so that no group is in the making while those it has are counted. */
  readonly #makers = new Turns<NameKey>()
  /** How many accounts had been removed when the groups were last compared with the store. */
  #removals = 0
  #comparing: Promise<unknown> = Promise.resolve()

  constructor(store: Store, users: Users, perAdmin: number) {
    this.#store = store
    this.#users = users
    this.#perAdmin = perAdmin
    users.watch({ departed: (_, user) => user.presences.size === 0 && this.#forgetGuest(keyOf(user.name)) })
  }

  /** Once, before anybody signs in. */
  async load(): Promise<Result<void, StoreFailure>> {
    const removals = await this.#store.accounts.removals()
    if (!removals.ok) return removals
    const records = await this.#store.groups.list()
    if (!records.ok) return records
    this.#removals = removals.value
    for (const { name, members, banned } of records.value) {
      const group = new Group(name, banned)
      for (const member of members) group.members.set(keyOf(member), { name: member, stored: true })
      this.#groups.set(group.key, group)
    }
    return done
  }

  /** In the order in which they were made. */
  async list(): Promise<readonly GroupSummary[]> {
    await this.#catchUp()
    const summaries: GroupSummary[] = []
    for (const { name, admin, members } of this.#groups.values())
      if (admin) summaries.push({ name, admin: admin.name, members: members.size })
    return summaries
  }

  async create(by: Presence, name: string, yes: Yes): Promise<Result<void, CreateGroupFailure>> {
    const parsed = parseGroupName(name)
    if (!parsed.ok) return parsed
    const change = (): Promise<Result<void, CreateGroupFailure>> =>
      this.#change<CreateGroupFailure>(by, parsed.value, async (existing) => {
        if (existing) return fail('group-exists')
        if (this.#administered(by.name) >= this.#perAdmin) return fail('too-many-groups')
        if (!this.#mayTalk(by)) return fail('too-many-messages')
        return this.#enter(by, new Group(parsed.value), yes)
      })
    return this.#makers.take(keyOf(by.name), change)
  }

  async join(by: Presence, name: string, yes: Yes): Promise<Result<void, JoinGroupFailure>> {
    return this.#changeExisting(by, name, async (group) => {
      const me = keyOf(by.name)
      if (group.members.has(me)) return fail('already-a-member')
      if (group.banned.has(me)) return fail('banned')
      if (!this.#mayTalk(by)) return fail('too-many-messages')
      const entered = await this.#enter(by, group, yes)
      // Everybody else was a guest, and left while the membership was written.
      if (entered.ok && group.isAdmin(by.name)) this.#tellAdmin(group)
      return entered
    })
  }

  /** Every member hears it but the sender. It takes no turn: what counts is who is a member at this moment. */
  async say(from: Presence, name: string, text: string): Promise<Result<void, SayInGroupFailure>> {
    await this.#catchUp()
    const group = this.#find(name)
    if (!group) return fail('no-such-group')
    if (!group.members.has(keyOf(from.name))) return fail('not-a-member')
    const clean = cleanText(text)
    if (clean === '') return fail('empty-text')
    if (!this.#isHere(from)) return fail('gone')
    if (!this.#mayTalk(from)) return fail('too-many-messages')
    const event = { kind: 'group-message', group: group.name, from: from.name, text: clean } as const
    this.#tellMembers(group, event, keyOf(from.name))
    return done
  }

  async leave(by: Presence, name: string, yes: Yes): Promise<Result<void, LeaveGroupFailure>> {
    return this.#changeExisting(by, name, async (group) => {
      const me = keyOf(by.name)
      const member = group.members.get(me)
      if (!member) return fail('not-a-member')
      if (group.isAdmin(by.name)) return fail('admin-cannot-leave')
      if (!this.#mayTalk(by)) return fail('too-many-messages')
      const left = member.stored ? await this.#store.groups.leave(group.key, me) : done
      if (!left.ok) return left
      this.#remove(group, [me])
      yes(group.name)
      return done
    })
  }

  /** The members who stay hear of it first, then `yes`, then the one who goes (helo.txt 7.10 (5)). */
  async kick(
    by: Presence,
    name: string,
    target: string,
    yes: (group: GroupName, target: UserName) => void,
  ): Promise<Result<void, KickFailure>> {
    return this.#changeExisting(by, name, async (group) => {
      if (!group.isAdmin(by.name)) return fail('not-the-admin')
      const key = keyOf(target as UserName)
      if (key === keyOf(by.name)) return fail('yourself')
      const member = group.members.get(key)
      if (!member) return fail('target-not-a-member')
      if (!this.#mayTalk(by)) return fail('too-many-messages')
      const banned = group.stored ? await this.#store.groups.ban(group.key, key) : done
      if (!banned.ok) return banned
      group.banned.add(key)
      this.#remove(group, [key])
      this.#tellMembers(group, { kind: 'group-member-kicked', group: group.name, user: member.name })
      yes(group.name, member.name)
      deliverTo(this.#earsOf(member), { kind: 'kicked-from-group', group: group.name })
      return done
    })
  }

  #administered(user: UserName): number {
    let count = 0
    for (const group of this.#groups.values()) if (group.isAdmin(user)) count++
    return count
  }

  #find(name: string): Group | undefined {
    return this.#groups.get(keyOf(name as GroupName))
  }

  async #changeExisting<F extends string>(
    by: Presence,
    name: string,
    decide: (group: Group) => Promise<Result<void, F>>,
  ): Promise<Result<void, F | 'no-such-group' | 'gone'>> {
    return this.#change<F | 'no-such-group'>(by, name as GroupName, async (group) =>
      group ? decide(group) : fail('no-such-group'),
    )
  }

  async #change<F extends string>(
    by: Presence,
    name: GroupName,
    decide: (group: Group | undefined) => Promise<Result<void, F>>,
  ): Promise<Result<void, F | 'gone'>> {
    await this.#catchUp()
    const key = keyOf(name)
    return this.#turns.take<Result<void, F | 'gone'>>(key, async () =>
      this.#isHere(by) ? decide(this.#groups.get(key)) : fail('gone'),
    )
  }

  async #enter(by: Presence, group: Group, yes: Yes): Promise<Result<void, ChangeFailure>> {
    const me = keyOf(by.name)
    const registered = this.#users.find(by.name)?.registered ?? false
    const joined = registered ? await this.#store.groups.join(group, me) : fail('no-such-account')
    if (!joined.ok && joined.fail !== 'no-such-account') return fail(joined.fail)
    // Whose account was removed while its user is here is a guest in what follows.
    if (!joined.ok && !this.#isHere(by)) return fail('gone')
    group.members.set(me, { name: by.name, stored: joined.ok })
    if (!joined.ok) this.#ofGuest.set(me, (this.#ofGuest.get(me) ?? new Set()).add(group))
    this.#groups.set(group.key, group)
    yes(group.name)
    return done
  }

  /** */
  #forgetGuest(guest: NameKey): void {
    const groups = this.#ofGuest.get(guest) ?? []
    this.#ofGuest.delete(guest)
    for (const group of groups) if (group.members.get(guest)?.stored === false) this.#remove(group, [guest])
  }

  /** An empty group disappears, its bans with it; one without its admin passes to the next, who is told (H-7). */
  #remove(group: Group, keys: Iterable<NameKey>): void {
    const before = group.admin
    for (const key of keys) group.members.delete(key)
    if (!group.admin) this.#groups.delete(group.key)
    else if (group.admin !== before) this.#tellAdmin(group)
  }

  /**
   * An account that was removed, here or by another process, has taken its memberships with it, and its name may already
   * be somebody else's. Asked before anything is decided; what the store does not answer now is asked again next time.
   */
  async #catchUp(): Promise<void> {
    const removals = await this.#store.accounts.removals()
    if (removals.ok && removals.value !== this.#removals) {
      this.#removals = removals.value
      const keys = [...this.#groups.keys()]
      this.#comparing = Promise.all(keys.map((key) => this.#turns.take(key, () => this.#compare(key))))
    }
    await this.#comparing
  }

  /** In the group's turn, so that no change of ours is between memory and store. */
  async #compare(key: NameKey): Promise<void> {
    const group = this.#groups.get(key)
    if (!group?.stored) return
    const record = await this.#store.groups.find(key)
    if (!record.ok) {
      this.#removals = -1
      return
    }
    const kept = new Set(record.value?.members.map(keyOf))
    const lost = Array.from(group.members).filter(([member, { stored }]) => stored && !kept.has(member))
    this.#remove(
      group,
      lost.map(([member]) => member),
    )
  }

  #tellAdmin(group: Group): void {
    if (group.admin) deliverTo(this.#earsOf(group.admin), { kind: 'group-inherited', group: group.name })
  }

  #tellMembers(group: Group, event: ChatEvent, but?: NameKey): void {
    const ears: Subscriber[] = []
    for (const [key, member] of group.members) if (key !== but) ears.push(...this.#earsOf(member))
    deliverTo(ears, event)
  }

  /** A guest who bears the name of a registered member is not that member. */
  #earsOf(member: Member): readonly Subscriber[] {
    const user = this.#users.find(member.name)
    if (!user || (member.stored && !user.registered)) return []
    return Array.from(user.presences, (presence) => presence.subscriber)
  }

  #isHere(presence: Presence): boolean {
    return presence.subscriber.open && (this.#users.find(presence.name)?.presences.has(presence) ?? false)
  }

  #mayTalk(from: Presence): boolean {
    return this.#users.find(from.name)?.messages.take() ?? false
  }
}
