import { parseGroupName, parseUserName } from '@parley/core'
import type { Body } from './codec.ts'
import type { Exchange } from './exchange.ts'
import { textMember } from './members.ts'
import {
  addresseeErrors,
  groupCreateErrors,
  groupHandOnErrors,
  groupJoinErrors,
  groupKickErrors,
  groupLeaveErrors,
} from './replies.ts'

export function readGroup(body: Body): string | null {
  return textMember(body, 'group') ?? null
}

export function createGroup(exchange: Exchange, name: string): void | Promise<void> {
  const group = parseGroupName(name)
  if (!group.ok) return exchange.refuse(groupCreateErrors[group.fail])
  return exchange.connection.context.submit({ do: 'group.create', group: group.value }, (created) => {
    if (created.ok) exchange.accept({ group: created.value })
    else exchange.refuse(groupCreateErrors[created.fail])
  })
}

export function joinGroup(exchange: Exchange, name: string): void | Promise<void> {
  const group = parseGroupName(name)
  if (!group.ok) return exchange.refuse(addresseeErrors.group)
  return exchange.connection.context.submit({ do: 'group.join', group: group.value }, (joined) => {
    if (joined.ok) exchange.accept({ group: joined.value })
    else exchange.refuse(groupJoinErrors[joined.fail])
  })
}

export function leaveGroup(exchange: Exchange, name: string): void | Promise<void> {
  const group = parseGroupName(name)
  if (!group.ok) return exchange.refuse(addresseeErrors.group)
  return exchange.connection.context.submit({ do: 'group.leave', group: group.value }, (left) => {
    if (left.ok) exchange.accept({ group: left.value })
    else exchange.refuse(groupLeaveErrors[left.fail])
  })
}

export interface Member {
  readonly group: string
  readonly user: string
}

export function readMember(body: Body): Member | null {
  const group = textMember(body, 'group')
  const user = textMember(body, 'user')
  return group === undefined || user === undefined ? null : { group, user }
}

export function kick(exchange: Exchange, said: Member): void | Promise<void> {
  const group = parseGroupName(said.group)
  if (!group.ok) return exchange.refuse(addresseeErrors.group)
  const user = parseUserName(said.user)
  if (!user.ok) return exchange.refuse('target-not-a-member')
  const command = { do: 'group.kick', group: group.value, user: user.value } as const
  return exchange.connection.context.submit(command, (kicked) => {
    if (kicked.ok) exchange.accept({ group: kicked.value.group, user: kicked.value.user })
    else exchange.refuse(groupKickErrors[kicked.fail])
  })
}

/** The admin makes another member the admin. */
export function handOn(exchange: Exchange, said: Member): void | Promise<void> {
  const group = parseGroupName(said.group)
  if (!group.ok) return exchange.refuse(addresseeErrors.group)
  const user = parseUserName(said.user)
  if (!user.ok) return exchange.refuse('target-not-a-member')
  const command = { do: 'group.hand-on', group: group.value, user: user.value } as const
  return exchange.connection.context.submit(command, (handed) => {
    if (handed.ok) exchange.accept({ group: handed.value.group, user: handed.value.user })
    else exchange.refuse(groupHandOnErrors[handed.fail])
  })
}

/** L-8: members are told to members. */
export function listGroups(exchange: Exchange): void {
  const { context, user } = exchange.connection
  const { groups } = context.community
  const list = groups.list().map(({ name, admin, members: size }) => {
    const joined = user !== null && groups.refusal(user, name) === null
    return { name, admin, joined, size, ...(joined && { members: groups.members(name) }) }
  })
  exchange.accept({ groups: list })
}
