import { isBody, textMember, type Body } from '@parley/protocols'
import { ChatError } from '../chat.ts'
import { isRefused, refusal } from './refusals.ts'

export function usersIn(body: Body): readonly string[] | ChatError {
  if (isRefused(body)) return refusal(body)
  const { users } = body
  // A server in the field lists connections that have not signed in as null.
  const named = Array.isArray(users) ? users.filter((user) => user !== null) : [null]
  if (named.every((user) => typeof user === 'string')) return named
  return new ChatError('broken-server', 'LIST_USERS_RESP came without a list of names')
}

/** What was said, from a body of BROADCAST_REQ that a server handed on as it came: a JSON string or an object. */
export function relayedText(body: string): string {
  const said = parsed(body)
  if (typeof said === 'string') return said
  return (isBody(said) ? textMember(said, 'message') : undefined) ?? body
}

/** In the document's form, and in that of the field, JSON inside a string (J-6). Undefined: it is neither. */
export function privateMessageIn(body: Body): { readonly from: string; readonly text: string } | undefined {
  const text = textMember(body, 'message')
  if (text === undefined) return undefined
  const from = textMember(body, 'sender')
  if (from !== undefined) return { from, text }
  const inner = parsed(text)
  if (!isBody(inner)) return undefined
  const innerFrom = textMember(inner, 'sender')
  const innerText = textMember(inner, 'message')
  return innerFrom === undefined || innerText === undefined ? undefined : { from: innerFrom, text: innerText }
}

/** Undefined: it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
