import type { WordLine } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { Groups, ListedGroup } from '../features.ts'
import { checkedUser, isOneWord, messageLines } from '../kit/line-text.ts'
import type { HeloConnection } from './connection.ts'

const shownCharacters = 200

/** What the server tells a member without having been asked (helo.txt 7.10, H-7). */
const news = /^you (?:have been kicked out of the group|are now the admin of group) /

/** Groups: helo.txt 7.6 to 7.10, in the bare form (H-2). */
export class HeloGroups implements Groups {
  readonly #connection: HeloConnection

  constructor(connection: HeloConnection) {
    this.#connection = connection
  }

  async create(group: string): Promise<void> {
    await this.#connection.request(`CREATE_GROUP ${checkedGroup(group)}`, success)
  }

  async join(group: string): Promise<void> {
    await this.#connection.request(`JOIN_GROUP ${checkedGroup(group)}`, success)
  }

  async leave(group: string): Promise<void> {
    await this.#connection.request(`LEAVE_GROUP ${checkedGroup(group)}`, success)
  }

  async kick(group: string, user: string): Promise<void> {
    await this.#connection.request(`KICK ${checkedGroup(group)} ${checkedUser(user)}`, success)
  }

  async say(group: string, text: string): Promise<void> {
    const name = checkedGroup(group)
    for (const line of messageLines(text)) await this.#connection.command(`GROUP_MESSAGE @@${name} ${line}`)
  }

  /** H-2 */
  list(): Promise<readonly ListedGroup[]> {
    return this.#connection.request('GET_GROUPS *groups', ({ word, rest }) => {
      if (word === '-SOFT_ERR' && rest.startsWith('there are no groups')) return []
      return word === '+SUCCESS' && rest.startsWith('[') ? groupsIn(rest) : undefined
    })
  }

  hearMessage(line: WordLine): void {
    this.#connection.context.emit('group-message', groupMessageOf(line.rest))
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
  return word === '+SUCCESS' && news.test(rest)
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

function checkedGroup(group: string): string {
  if (isOneWord(group)) return group
  throw new ChatError('name-invalid', `"${group}" is no name for a group: it is empty or has blanks in it`)
}
