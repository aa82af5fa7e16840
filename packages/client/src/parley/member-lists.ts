/** Lists of one group that are remembered: whoever wrote may not have heard of the last changes. */
const mostLists = 8

/** Who is in the groups of this user, kept up by what the server tells. */
export class MemberLists {
  readonly #lists = new Map<string, readonly (readonly string[])[]>()

  /** The newest first; undefined: the server was not asked yet. */
  of(group: string): readonly (readonly string[])[] | undefined {
    return this.#lists.get(group.toLowerCase())
  }

  set(group: string, members: readonly string[]): void {
    const before = this.of(group) ?? []
    this.#lists.set(group.toLowerCase(), [members, ...before].slice(0, mostLists))
  }

  joined(group: string, user: string): void {
    const [now] = this.of(group) ?? []
    if (now) this.set(group, [...without(now, user), user])
  }

  left(group: string, user: string): void {
    const [now] = this.of(group) ?? []
    if (now) this.set(group, without(now, user))
  }

  forget(group: string): void {
    this.#lists.delete(group.toLowerCase())
  }
}

function without(members: readonly string[], user: string): readonly string[] {
  return members.filter((member) => member.toLowerCase() !== user.toLowerCase())
}
