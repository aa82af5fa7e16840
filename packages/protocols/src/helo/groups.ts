import { parseGroupName, parseText, parseUserName, sameName } from '@parley/core'
import { splitWord } from '../kit/words.ts'
import type { HeloConnection } from './connection.ts'
import { createReplies, joinReplies, kickReplies, leaveReplies, memberKicked, sayReplies } from './group-replies.ts'

export function readCreateGroup(rest: string): string | null {
  return words(rest, '/create_group', 1)?.[0] ?? null
}

/** helo.txt 7.6 */
export function createGroup(connection: HeloConnection, name: string): void | Promise<void> {
  const group = parseGroupName(name)
  if (!group.ok) return connection.send(createReplies[group.fail])
  return connection.context.submit({ do: 'group.create', group: group.value }, (created) => {
    connection.send(created.ok ? `+SUCCESS group "${created.value}" has been created!` : createReplies[created.fail])
  })
}

export function readJoinGroup(rest: string): string | null {
  return words(rest, '/join', 1)?.[0] ?? null
}

/** helo.txt 7.7 */
export function joinGroup(connection: HeloConnection, name: string): void | Promise<void> {
  const group = parseGroupName(name)
  if (!group.ok) return connection.send(joinReplies['no-such-group'])
  return connection.context.submit({ do: 'group.join', group: group.value }, (joined) => {
    connection.send(
      joined.ok ? `+SUCCESS you have successfully entered group "${joined.value}"` : joinReplies[joined.fail],
    )
  })
}

export interface GroupMessage {
  readonly group: string
  readonly message: string
}

/** H-15: `@@<group> <message>` */
export function readGroupMessage(rest: string): GroupMessage | null {
  const { word, rest: message } = splitWord(rest)
  return /^@@./.test(word) && message !== '' ? { group: word.slice(2), message } : null
}

/** helo.txt 7.8. No reply when it went well (H-6). */
export function groupMessage(connection: HeloConnection, said: GroupMessage): void | Promise<void> {
  const group = parseGroupName(said.group)
  if (!group.ok) return connection.send(sayReplies['no-such-group'])
  const text = parseText(said.message)
  if (!text.ok) {
    // The document's checks come before one that it does not have (H-6).
    const { context, user } = connection
    const refusal = user && context.community.groups.refusal(user, group.value)
    return connection.send(sayReplies[refusal ?? text.fail])
  }
  return connection.context.submit({ do: 'group.say', group: group.value, text: text.value }, (heard) => {
    if (!heard.ok) connection.send(sayReplies[heard.fail])
  })
}

export function readLeaveGroup(rest: string): string | null {
  return words(rest, '/leave', 1)?.[0] ?? null
}

/** helo.txt 7.9 */
export function leaveGroup(connection: HeloConnection, name: string): void | Promise<void> {
  const group = parseGroupName(name)
  if (!group.ok) return connection.send(leaveReplies['no-such-group'])
  return connection.context.submit({ do: 'group.leave', group: group.value }, (left) => {
    connection.send(left.ok ? `+SUCCESS you have successfully left the group "${left.value}"` : leaveReplies[left.fail])
  })
}

export interface Kick {
  readonly group: string
  readonly user: string
}

export function readKick(rest: string): Kick | null {
  const [group, user] = words(rest, '/kick', 2) ?? []
  return group === undefined || user === undefined ? null : { group, user }
}

/** helo.txt 7.10. The admin hears what all who stay hear, and then that it went well (H-6). */
export function kick(connection: HeloConnection, said: Kick): void | Promise<void> {
  const replies = kickReplies(said.group, said.user)
  const group = parseGroupName(said.group)
  if (!group.ok) return connection.send(replies['no-such-group'])
  const user = parseUserName(said.user)
  if (!user.ok) return connection.send(replies[failureOfNobody(connection, said.group)])
  const command = { do: 'group.kick', group: group.value, user: user.value } as const
  return connection.context.submit(command, (kicked) => {
    if (!kicked.ok) return connection.send(replies[kicked.fail])
    const { group: from, user: member } = kicked.value
    connection.send(memberKicked(member, from))
    connection.send(`+SUCCESS user ${member} has been kicked out of group ${from}`)
  })
}

/** H-2 */
export function readGetGroups(rest: string): '*groups' | null {
  return rest === '' || rest === '*groups' ? '*groups' : null
}

/** H-2 */
export function getGroups({ context }: HeloConnection): void {
  const items = context.community.groups
    .list()
    .map(({ name, admin, members }) => `${name} (${admin}, ${members} members)`)
  context.send(items.length > 0 ? `+SUCCESS [${items.join(', ')}]` : '-SOFT_ERR there are no groups yet')
}

/** Why nobody of a name that nobody can have is kicked, in the document's order of checks (H-6). */
function failureOfNobody(
  connection: HeloConnection,
  name: string,
): 'no-such-group' | 'not-the-admin' | 'target-not-a-member' {
  const group = connection.context.community.groups.list().find((each) => sameName(each.name, name))
  if (!group) return 'no-such-group'
  return connection.isUser(group.admin) ? 'target-not-a-member' : 'not-the-admin'
}

/**
 * Exactly `count` words, with or without the one that a user types before them (H-2); null: there
 * are others.
 */
function words(rest: string, typed: string, count: number): readonly string[] | null {
  const all = rest.split(' ')
  const meant = all[0] === typed ? all.slice(1) : all
  return meant.length === count && meant.every((word) => word !== '') ? meant : null
}
