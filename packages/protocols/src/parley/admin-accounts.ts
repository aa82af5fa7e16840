import { parseUserName, type UserName } from '@parley/core'
import type { AccountRequest } from '../administration.ts'
import type { Body } from './codec.ts'
import type { Exchange } from './exchange.ts'
import { textMember } from './members.ts'
import { accountErrors, decisionErrors } from './replies.ts'

interface WithPassword {
  readonly user: string
  readonly password: string
}

export function readName(body: Body): string | null {
  return textMember(body, 'user') ?? null
}

export function readPassword(body: Body): WithPassword | null {
  const user = textMember(body, 'user')
  const password = textMember(body, 'password')
  return user === undefined || !password ? null : { user, password }
}

export function addAccount(exchange: Exchange, { user, password }: WithPassword): Promise<void> {
  return change(exchange, user, (name) => ({ do: 'user.add', name, password }))
}

export function setPassword(exchange: Exchange, { user, password }: WithPassword): Promise<void> {
  return change(exchange, user, (name) => ({ do: 'user.password', name, password }))
}

export function removeAccount(exchange: Exchange, user: string): Promise<void> {
  return change(exchange, user, (name) => ({ do: 'user.remove', name }))
}

async function change(
  exchange: Exchange,
  user: string,
  request: (name: UserName) => Exclude<AccountRequest, { do: 'user.list' | 'user.find' }>,
): Promise<void> {
  const name = parseUserName(user)
  if (!name.ok) return exchange.refuse(decisionErrors[name.fail])
  const changed = await exchange.connection.context.admin.carryOut(request(name.value))
  if (changed.ok) exchange.accept({ user: changed.value })
  else exchange.refuse(accountErrors[changed.fail])
}
