import { isBody, textMember, type Body } from '@parley/protocols'
import { ChatError } from '../chat.ts'
import { isRefused, refusal } from './refusals.ts'

export function usersIn(body: Body): readonly string[] | ChatError {
  if (isRefused(body)) return refusal(body)
  const { users } = body
  if (Array.isArray(users) && users.every((user) => typeof user === 'string')) return users
  return new ChatError('broken-server', 'LIST_USERS_RESP came without a list of names')
}

/** In the document's form, and in that of the field, JSON inside a string (J-6). Undefined: it is neither. */
export function privateMessageIn(body: Body): { readonly from: string; readonly text: string } | undefined {
  const text = textMember(body, 'message')
  if (text === undefined) return undefined
  const from = textMember(body, 'sender')
  if (from !== undefined) return { from, text }
  let inner: unknown
  try {
    inner = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isBody(inner)) return undefined
  const innerFrom = textMember(inner, 'sender')
  const innerText = textMember(inner, 'message')
  return innerFrom === undefined || innerText === undefined ? undefined : { from: innerFrom, text: innerText }
}
