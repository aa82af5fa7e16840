import { fail, ok, type Result } from './result.ts'

declare const brand: unique symbol
type Brand<B extends string> = string & { readonly [brand]: B }

/** A user's name, checked once at the edge and trusted everywhere behind it. */
export type UserName = Brand<'UserName'>
/** A group's name. */
export type GroupName = Brand<'GroupName'>
/** The name without regard to case. Maps and stores are keyed by it. */
export type NameKey = Brand<'NameKey'>
/** One connection, on whichever node. Never used again by another one. */
export type ConnectionId = Brand<'ConnectionId'>
/** One server process that applies the log. */
export type NodeId = Brand<'NodeId'>

export type NameFailure = 'name-invalid' | 'name-reserved'

const grammar = /^[A-Za-z0-9_]{1,32}$/
const reserved: ReadonlySet<string> = new Set(['unknown', 'server', 'all', 'everyone'])

export function parseUserName(text: string): Result<UserName, NameFailure> {
  if (!grammar.test(text)) return fail('name-invalid')
  if (reserved.has(text.toLowerCase())) return fail('name-reserved')
  return ok(text as UserName)
}

const groupGrammar = /^[A-Za-z0-9_]{1,64}$/

export function parseGroupName(text: string): Result<GroupName, NameFailure> {
  if (!groupGrammar.test(text)) return fail('name-invalid')
  if (reserved.has(text.toLowerCase())) return fail('name-reserved')
  return ok(text as GroupName)
}

export function keyOf(name: UserName | GroupName): NameKey {
  return name.toLowerCase() as NameKey
}

/** Whether both mean the same user or group. Neither needs to be a valid name. */
export function sameName(one: string, other: string): boolean {
  return one === other || one.toLowerCase() === other.toLowerCase()
}
