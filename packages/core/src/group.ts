import { keyOf, sameName, type GroupName, type NameKey, type UserName } from './names.ts'

/**
 * `stored` false: a guest's membership, in memory only, which ends with the guest's last connection
 * (H-7).
 */
export interface Member {
  readonly name: UserName
  readonly stored: boolean
  /** The number of a guest's joining; null: the store has that of a registered user. */
  readonly since: number | null
}

/**
 * One group. Its admin is always its first member: whoever made it, who cannot leave it or be kicked,
 * and when the admin's connection or account ends the next one follows (H-7). An admin who hands
 * the group on puts another member first. So nothing but the order of members is kept.
 */
export class Group {
  readonly name: GroupName
  /** In the order of joining. */
  readonly members = new Map<NameKey, Member>()
  /** By name, whoever bears it, as long as the group lives. */
  readonly banned: Set<NameKey>

  constructor(name: GroupName, banned: Iterable<NameKey> = []) {
    this.name = name
    this.banned = new Set(banned)
  }

  get key(): NameKey {
    return keyOf(this.name)
  }

  get admin(): Member | undefined {
    const [longest] = this.members.values()
    return longest
  }

  /** Makes a member the one who is here longest. */
  putFirst(member: Member): void {
    const others = [...this.members.values()].filter((other) => other !== member)
    this.members.clear()
    for (const each of [member, ...others]) this.members.set(keyOf(each.name), each)
  }

  /** Whether the store holds it: a group with only guests is in memory only. */
  get stored(): boolean {
    for (const member of this.members.values()) if (member.stored) return true
    return false
  }

  isAdmin(user: UserName): boolean {
    return this.admin !== undefined && sameName(this.admin.name, user)
  }
}

/**
 * The members that a store remembers, in its order, with the guests of `present` where they stood
 * among them.
 */
export function mergedMembers(present: Iterable<Member>, remembered: readonly UserName[]): readonly Member[] {
  const keys = remembered.map(keyOf)
  const merged: Member[] = []
  let next = 0
  const takeUntil = (end: number) => {
    for (; next < end; next++) merged.push({ name: remembered[next]!, stored: true, since: null })
  }
  for (const member of present) {
    if (member.stored) takeUntil(keys.indexOf(keyOf(member.name)) + 1)
    else merged.push(member)
  }
  takeUntil(remembered.length)
  return merged
}
