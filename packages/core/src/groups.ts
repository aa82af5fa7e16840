import type { Effects } from './effects.ts'
import type { Entry } from './entry.ts'
import { groupConversation, type ConversationKey } from './conversation.ts'
import type { GroupCommand, GroupResults } from './group-commands.ts'
import { Group, mergedMembers, type Member } from './group.ts'
import type { History, Sender } from './history.ts'
import type { Hooks } from './hooks.ts'
import type { Said } from './keepable.ts'
import { MultiMap } from './multi-map.ts'
import { keyOf, sameName, type GroupName, type NameKey, type UserName } from './names.ts'
import { fail, ok, type Result } from './result.ts'
import type { CommunitySettings } from './settings.ts'
import type { Text } from './text.ts'
import type { OnlineConnection, Users } from './users.ts'
import type { GroupRecord, Write } from './writes.ts'

/** A reply names so many of them. */
const mostUnreached = 20

type Command<D> = Extract<GroupCommand, { do: D }>

export interface GroupSummary {
  readonly name: GroupName
  readonly admin: UserName
  /** How many there are, the admin included. */
  readonly members: number
}

/** A group as it is between two entries. */
export interface SavedGroup {
  readonly name: GroupName
  readonly members: readonly Member[]
  readonly banned: readonly NameKey[]
}

/** Groups of users (H-6, H-7). What concerns registered users is in the store as well. */
export class Groups {
  readonly #users: Users
  readonly #history: History
  readonly #hooks: Hooks
  readonly #settings: CommunitySettings
  readonly #groups = new Map<NameKey, Group>()
  /** The groups that a user is in, so that leaving costs nothing for those who are in none. */
  readonly #ofMember = new MultiMap<NameKey, Group>()

  constructor(users: Users, history: History, hooks: Hooks, settings: CommunitySettings) {
    this.#users = users
    this.#history = history
    this.#hooks = hooks
    this.#settings = settings
  }

  /** In the order in which they were made, or got their first registered member. */
  list(): readonly GroupSummary[] {
    const summaries: GroupSummary[] = []
    for (const { name, admin, members } of this.#groups.values()) {
      if (admin) summaries.push({ name, admin: admin.name, members: members.size })
    }
    return summaries
  }

  create({ seq, writable, command }: Entry<Command<'group.create'>>, out: Effects): GroupResults['group.create'] {
    const by = this.#users.connection(command.connection)
    if (!by) return fail('gone')
    if (this.#groups.has(keyOf(command.group))) return fail('group-exists')
    if (this.#administered(by.name) >= this.#settings.groupsPerUser) return fail('too-many-groups')
    if (!command.withinRate) return fail('too-many-messages')
    if (!writable && isStored(by)) return fail('unavailable')
    const group = new Group(command.group)
    this.#groups.set(group.key, group)
    this.#enter(group, by, seq, out)
    return ok(group.name)
  }

  join({ seq, writable, command }: Entry<Command<'group.join'>>, out: Effects): GroupResults['group.join'] {
    const by = this.#users.connection(command.connection)
    if (!by) return fail('gone')
    const group = this.#groups.get(keyOf(command.group))
    if (!group) return fail('no-such-group')
    if (group.members.has(keyOf(by.name))) return fail('already-a-member')
    if (group.banned.has(keyOf(by.name))) return fail('banned')
    if (!command.withinRate) return fail('too-many-messages')
    if (!writable && isStored(by)) return fail('unavailable')
    this.#enter(group, by, seq, out)
    return ok(group.name)
  }

  /** Every member hears it but the sender. */
  say(entry: Entry<Command<'group.say'>>, out: Effects): GroupResults['group.say'] {
    const { command } = entry
    const from = this.#users.connection(command.connection)
    if (!from) return fail('gone')
    const refusal = this.refusal(from.name, command.group)
    if (refusal) return fail(refusal)
    if (!command.withinRate) return fail('too-many-messages')
    const group = this.#groups.get(keyOf(command.group))!
    const { text, nonce = null } = command
    const event = this.#say(entry, group, from, text, nonce, out)
    this.#users.tellDevices(from, event, out)
    return ok({ group: group.name, kept: event.kept })
  }

  /** A bot says it. Every member hears it. */
  post(
    entry: Entry<unknown>,
    bot: Sender,
    to: ConversationKey,
    text: Text,
    out: Effects,
  ): Result<Said, 'no-such-group'> {
    const group = this.#groups.get(to.slice(1) as NameKey)
    if (!group) return fail('no-such-group')
    return ok({ kept: this.#say(entry, group, bot, text, null, out).kept })
  }

  /** Only devices hear it: no other protocol can carry it. */
  seal(entry: Entry<Command<'group.seal'>>, out: Effects): GroupResults['group.seal'] {
    const { command } = entry
    const from = this.#users.connection(command.connection)
    if (!from) return fail('gone')
    const refusal = this.refusal(from.name, command.group)
    if (refusal) return fail(refusal)
    const { message, toAll, nonce = null } = command
    if (message === '') return fail('empty-text')
    const unreached = this.unreached(command.group)
    if (toAll && unreached.length > 0) return fail('members-unreached')
    if (!command.withinRate) return fail('too-many-messages')
    const group = this.#groups.get(keyOf(command.group))!
    const said = { conversation: groupConversation(group.key), to: `#${group.name}`, text: message, nonce }
    const kept = group.stored && this.#history.keep(entry, from, { ...said, kind: 'sealed' }, out)
    const event = { kind: 'sealed-group-message', group: group.name, from: from.name, message, kept, nonce } as const
    for (const user of this.#audience(group)) out.devices(user, from.id, event)
    return ok({ group: group.name, kept, unreached })
  }

  /** Members who are here and have no device: what is sealed does not reach them. At most 20. */
  unreached(name: GroupName): readonly UserName[] {
    const found: UserName[] = []
    for (const user of this.present(name)) {
      const connections = this.#users.find(user)?.connections ?? []
      if (connections.some(({ capabilities }) => capabilities.devices)) continue
      if (found.push(user) === mostUnreached) break
    }
    return found
  }

  /** The members, in the order of joining: the first one is the admin. */
  members(name: GroupName): readonly UserName[] {
    return Array.from(this.#groups.get(keyOf(name))?.members.values() ?? [], (member) => member.name)
  }

  /** The members who are here. */
  present(name: GroupName): readonly UserName[] {
    const group = this.#groups.get(keyOf(name))
    return group ? this.#audience(group) : []
  }

  /** The groups that a guest is in, and since which number. */
  joinedAsGuest(name: UserName): readonly { readonly group: NameKey; readonly since: number }[] {
    return this.#of(keyOf(name)).flatMap(({ key, members }) => {
      const since = members.get(keyOf(name))?.since ?? null
      return since === null ? [] : [{ group: key, since }]
    })
  }

  /** Why this user cannot write to that group; null: it can. */
  refusal(user: UserName, name: GroupName): 'no-such-group' | 'not-a-member' | null {
    const group = this.#groups.get(keyOf(name))
    if (!group) return 'no-such-group'
    return group.members.has(keyOf(user)) ? null : 'not-a-member'
  }

  leave({ seq, writable, command }: Entry<Command<'group.leave'>>, out: Effects): GroupResults['group.leave'] {
    const by = this.#users.connection(command.connection)
    if (!by) return fail('gone')
    const group = this.#groups.get(keyOf(command.group))
    if (!group) return fail('no-such-group')
    const member = group.members.get(keyOf(by.name))
    if (!member) return fail('not-a-member')
    if (group.isAdmin(by.name)) return fail('admin-cannot-leave')
    if (!command.withinRate) return fail('too-many-messages')
    if (!writable && member.stored) return fail('unavailable')
    this.#goes(group, member, seq, out)
    return ok(group.name)
  }

  /**
   * The members who stay hear of it, but for the kicking connection, which has its result; then the
   * one who goes.
   */
  kick({ seq, writable, command }: Entry<Command<'group.kick'>>, out: Effects): GroupResults['group.kick'] {
    const by = this.#users.connection(command.connection)
    if (!by) return fail('gone')
    const group = this.#groups.get(keyOf(command.group))
    if (!group) return fail('no-such-group')
    if (!group.isAdmin(by.name)) return fail('not-the-admin')
    const target = keyOf(command.user)
    if (target === keyOf(by.name)) return fail('yourself')
    const member = group.members.get(target)
    if (!member) return fail('target-not-a-member')
    if (!command.withinRate) return fail('too-many-messages')
    if (!writable && group.stored) return fail('unavailable')
    const kickedUsers = this.#present([member])
    group.banned.add(target)
    if (group.stored) write({ write: 'group.ban', group: group.key, user: target }, out)
    this.#remove(group, target, seq, out)
    const kicked = { kind: 'group-member-kicked', group: group.name, user: member.name } as const
    out.users(this.#audience(group), kicked, by.id)
    out.users(kickedUsers, { kind: 'kicked-from-group', group: group.name })
    return ok({ group: group.name, user: member.name })
  }

  /** The members hear of it. Whoever was the admin may leave from now on. */
  handOn({ writable, command }: Entry<Command<'group.hand-on'>>, out: Effects): GroupResults['group.hand-on'] {
    const by = this.#users.connection(command.connection)
    if (!by) return fail('gone')
    const group = this.#groups.get(keyOf(command.group))
    if (!group) return fail('no-such-group')
    if (!group.isAdmin(by.name)) return fail('not-the-admin')
    if (sameName(command.user, by.name)) return fail('yourself')
    const heir = group.members.get(keyOf(command.user))
    if (!heir) return fail('target-not-a-member')
    if (!command.withinRate) return fail('too-many-messages')
    if (!writable && heir.stored) return fail('unavailable')
    group.putFirst(heir)
    if (heir.stored) write({ write: 'group.admin', group: group.key, member: keyOf(heir.name) }, out)
    this.#tellOfAdmin(group, heir, out)
    return ok({ group: group.name, user: heir.name })
  }

  /** The user's last connection is gone: a guest's memberships end (H-7, X-9). */
  departed(user: OnlineConnection, seq: number, out: Effects): void {
    if (user.version !== null) return
    const key = keyOf(user.name)
    for (const group of this.#of(key)) {
      const member = group.members.get(key)
      if (member?.stored === false) this.#goes(group, member, seq, out)
    }
  }

  /** The account is gone, and its memberships with it. */
  accountRemoved(name: UserName, seq: number, out: Effects): void {
    const key = keyOf(name)
    for (const group of this.#of(key)) {
      const member = group.members.get(key)
      if (member?.stored) this.#goes(group, member, seq, out)
    }
  }

  /**
   * Takes over what a store remembers in place of what it could not take. Guests stay where they
   * are. Whoever is the admin of a group by that is told.
   */
  reset(records: readonly GroupRecord[], out: Effects): void {
    const before = new Map(this.#groups)
    const remembered = records.map(({ name, members, banned }): SavedGroup => {
      const present = before.get(keyOf(name))?.members.values() ?? []
      return { name, members: mergedMembers(present, members), banned }
    })
    const names = new Set(records.map(({ name }) => keyOf(name)))
    const ofGuests = this.save()
      .filter(({ name }) => !names.has(keyOf(name)))
      .map((group) => ({ ...group, members: group.members.filter(({ stored }) => !stored) }))
    this.restore([...remembered, ...ofGuests.filter(({ members }) => members.length > 0)])
    for (const group of this.#groups.values()) {
      const { admin } = group
      const former = before.get(group.key)?.admin
      if (!admin || (former && sameName(former.name, admin.name))) continue
      this.#tellOfAdmin(group, admin, out)
    }
  }

  save(): readonly SavedGroup[] {
    return Array.from(this.#groups.values(), ({ name, members, banned }) => {
      return { name, members: [...members.values()], banned: [...banned] }
    })
  }

  restore(groups: readonly SavedGroup[]): void {
    this.#groups.clear()
    this.#ofMember.clear()
    for (const { name, members, banned } of groups) {
      const group = new Group(name, banned)
      for (const member of members) this.#add(group, member)
      this.#groups.set(group.key, group)
    }
  }

  /** In an order that does not depend on what was restored. */
  #of(member: NameKey): readonly Group[] {
    const groups = this.#ofMember.of(member)
    return groups.size === 0 ? [] : [...groups].sort((one, other) => (one.key < other.key ? -1 : 1))
  }

  #add(group: Group, member: Member): void {
    const key = keyOf(member.name)
    group.members.set(key, member)
    this.#ofMember.add(key, group)
  }

  #administered(user: UserName): number {
    let count = 0
    for (const group of this.#ofMember.of(keyOf(user))) if (group.isAdmin(user)) count++
    return count
  }

  #enter(group: Group, by: OnlineConnection, seq: number, out: Effects): void {
    const stored = isStored(by)
    if (stored && !group.stored) {
      write({ write: 'group.put', group: group.name, banned: [...group.banned] }, out)
      // The store has it behind those that it knows, and a group has the same place before and
      // after a restart.
      this.#groups.delete(group.key)
      this.#groups.set(group.key, group)
    }
    if (stored) {
      write({ write: 'group.join', group: group.key, member: by.name }, out)
      write({ write: 'stay.begin', group: group.key, user: keyOf(by.name), seq }, out)
    }
    this.#add(group, { name: by.name, stored, since: stored ? null : seq })
    const joined = { kind: 'group-member-joined', group: group.name, user: by.name } as const
    for (const user of this.#audience(group)) out.devices(user, by.id, joined)
  }

  #say(entry: Entry<unknown>, group: Group, from: Sender, text: Text, nonce: string | null, out: Effects) {
    const conversation = groupConversation(group.key)
    const to = `#${group.name}`
    // Nobody could read the history of a group of guests: it ends with them.
    const kept = group.stored && this.#history.keep(entry, from, { conversation, to, text, nonce }, out)
    const event = { kind: 'group-message', group: group.name, from: from.name, text, kept, nonce } as const
    out.users(this.#audience(group, keyOf(from.name)), event)
    this.#hooks.tell({ conversation, from: from.name, to, text, kept }, out)
    return event
  }

  /** Somebody leaves, or is gone. */
  #goes(group: Group, member: Member, seq: number, out: Effects): void {
    const devicesOf = [...this.#audience(group, keyOf(member.name)), ...this.#present([member])]
    const left = { kind: 'group-member-left', group: group.name, user: member.name } as const
    for (const user of devicesOf) out.devices(user, null, left)
    this.#remove(group, keyOf(member.name), seq, out)
  }

  /**
   * An empty group disappears, its bans with it. One without its admin passes to the next, who is
   * told (H-7).
   */
  #remove(group: Group, key: NameKey, seq: number, out: Effects): void {
    const before = group.admin
    const member = group.members.get(key)
    group.members.delete(key)
    this.#ofMember.delete(key, group)
    if (member?.stored) {
      write({ write: 'group.leave', group: group.key, member: key }, out)
      write({ write: 'stay.end', group: group.key, user: key, seq }, out)
      if (!group.stored) write({ write: 'group.remove', group: group.key }, out)
    }
    if (!group.admin) this.#groups.delete(group.key)
    else if (group.admin !== before) {
      this.#tellOfAdmin(group, group.admin, out)
    }
  }

  #tellOfAdmin(group: Group, admin: Member, out: Effects): void {
    out.users(this.#present([admin]), { kind: 'group-inherited', group: group.name })
    const changed = { kind: 'group-admin-changed', group: group.name, user: admin.name } as const
    for (const user of this.#audience(group)) out.devices(user, null, changed)
  }

  #audience(group: Group, but?: NameKey): readonly UserName[] {
    return this.#present(Array.from(group.members.values()).filter(({ name }) => keyOf(name) !== but))
  }

  /** Those who are here. A guest who bears the name of a registered member is not that member. */
  #present(members: readonly Member[]): readonly UserName[] {
    return members.filter(({ name, stored }) => this.#users.find(name)?.registered === stored).map(({ name }) => name)
  }
}

/** A group as the store remembers it. */
export function savedGroup({ name, members, banned }: GroupRecord): SavedGroup {
  return { name, members: members.map((member) => ({ name: member, stored: true, since: null })), banned }
}

/** Guests alone need no disk, and nobody waits for one because of them. */
function write(what: Write, out: Effects): void {
  out.write(what)
  out.durable = true
}

function isStored({ version }: OnlineConnection): boolean {
  return version !== null
}
