import type { WordLine } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { Groups, ListedGroup } from '../features.ts'
import { checkedUser, isOneWord, messageLines } from '../kit/line-text.ts'
import type { HeloConnection } from './connection.ts'

const shownCharacters = 200

/** A server that names groups without end must not fill the memory. */
const mostJoined = 1_000

/** What the server tells a member without having been asked (helo.txt 7.10, H-7). */
const kicked = /^you have been kicked out of the group (\S*)/
const leading = /^you are now the admin of group "?([^\s"]*)/

/** Groups: helo.txt 7.6 to 7.10, in the bare form (H-2). */
export class HeloGroups implements Groups {
  readonly #connection: HeloConnection
  /** Those that this user is known to be in, by their names in lower case. */
  readonly #joined = new Map<string, string>()
  /** Those that the server listed last. */
  #listed: readonly string[] = []

  constructor(connection: HeloConnection) {
    this.#connection = connection
  }

  async create(group: string): Promise<void> {
    await this.#connection.request(`CREATE_GROUP ${checkedGroup(group)}`, success)
    this.#member(group, true)
  }

  async join(group: string): Promise<void> {
    await this.#connection.request(`JOIN_GROUP ${checkedGroup(group)}`, (line) => success(line) ?? isAlreadyIn(line))
    this.#member(group, true)
  }

  async leave(group: string): Promise<void> {
    await this.#connection.request(`LEAVE_GROUP ${checkedGroup(group)}`, success)
    this.#member(group, false)
  }

  async kick(group: string, user: string): Promise<void> {
    await this.#connection.request(`KICK ${checkedGroup(group)} ${checkedUser(user)}`, success)
  }

  async handOn(group: string): Promise<void> {
    throw new ChatError('cannot', `helo cannot hand on ${group}; parley can`)
  }

  async say(group: string, text: string): Promise<void> {
    const name = checkedGroup(group)
    for (const line of messageLines(text)) await this.#connection.command(`GROUP_MESSAGE @@${name} ${line}`)
  }

  /** H-2 */
  async list(): Promise<readonly ListedGroup[]> {
    const groups = await this.#connection.request('GET_GROUPS *groups', ({ word, rest }) => {
      if (word === '-SOFT_ERR' && rest.startsWith('there are no groups')) return []
      return word === '+SUCCESS' && rest.startsWith('[') ? groupsIn(rest) : undefined
    })
    this.#listed = groups.map(({ name }) => name)
    return groups
  }

  /**
   * Where the server does not name the group (H-6), it is the only one this user is in, or one of
   * several.
   */
  hearMessage({ rest }: WordLine): void {
    const { group, from, text } = groupMessageOf(rest)
    if (group !== null) this.#member(group, true)
    const known = group ?? this.#onlyOne()
    const mayBe = known === null ? this.#candidates() : []
    this.#connection.context.emit('group-message', { group: known, mayBe, from, text })
  }

  hearNews({ rest: text }: WordLine): void {
    const [, kickedFrom] = kicked.exec(text) ?? []
    const [, leads] = leading.exec(text) ?? []
    if (kickedFrom !== undefined) this.#member(kickedFrom, false)
    if (leads !== undefined) this.#member(leads, true)
    this.#connection.context.emit('notice', { text })
  }

  #member(group: string, isMember: boolean): void {
    const key = group.toLowerCase()
    if (this.#joined.has(key) === isMember) return
    if (!isMember) this.#joined.delete(key)
    else if (this.#joined.size < mostJoined) this.#joined.set(key, group)
    this.#connection.context.emit('membership', { group, isMember })
  }

  #onlyOne(): string | null {
    const all = this.#candidates()
    return all.length === 1 && (this.#joined.size === 1 || this.#listed.length === 1) ? all[0]! : null
  }

  /** An account keeps its groups (H-7): somebody with a password may be in others from before. */
  #candidates(): readonly string[] {
    const others = this.#connection.context.password === undefined ? [] : this.#listed
    return [...new Map([...others.map((name) => [name.toLowerCase(), name] as const), ...this.#joined]).values()]
  }
}

/**
 * H-2: `[team (ann, 2 members)]`, or with the name alone to be relied on, `[Group name='team', …]`,
 * as a server in the field has it.
 */
function groupsIn(list: string): readonly ListedGroup[] | ChatError {
  const ours = Array.from(
    list.matchAll(/([^\s,[\]]+) \(([^\s,()]+), (\d{1,15}) members?\)/g),
    ([, name = '', admin = '', members]) => ({ name, admin, members: Number(members) }),
  )
  if (ours.length > 0) return ours
  const field = list.matchAll(/\bGroup name='([^\s']+)'/g)
  const theirs = Array.from(field, ([, name = '']) => ({ name, admin: null, members: null }))
  if (theirs.length > 0 || /^\[\s*\]$/.test(list)) return theirs
  return new ChatError('refused', `the groups came in an unknown form: ${list.slice(0, shownCharacters)}`)
}

export function isGroupNews({ word, rest }: WordLine): boolean {
  return word === '+SUCCESS' && (kicked.test(rest) || leading.test(rest))
}

/**
 * H-6: as the document has it, and with the name of the group, as some servers do. What the server
 * itself says has no sender.
 */
function groupMessageOf(rest: string): {
  readonly group: string | null
  readonly from: string | null
  readonly text: string
} {
  const [, group, from, text] = /^(?:([^\s:[\]]+): )?\[([^\]\s]+)\] ?(.*)$/s.exec(rest) ?? []
  if (from !== undefined && text !== undefined) return { group: group ?? null, from, text }
  const [, kickedFrom] = /^user \S+ has been kicked out of group (\S+)$/.exec(rest) ?? []
  return { group: kickedFrom ?? null, from: null, text: rest }
}

function success(line: WordLine): true | undefined {
  return line.word === '+SUCCESS' && !isGroupNews(line) ? true : undefined
}

/** helo.txt 7.7: whoever is in it has what was asked for. */
function isAlreadyIn({ word, rest }: WordLine): true | undefined {
  return word === '-SOFT_ERR' && rest.startsWith('you are already a member') ? true : undefined
}

function checkedGroup(group: string): string {
  if (isOneWord(group)) return group
  throw new ChatError('name-invalid', `"${group}" is no name for a group: it is empty or has blanks in it`)
}
