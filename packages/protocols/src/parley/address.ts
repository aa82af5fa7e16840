import type { Conversation } from '@parley/core'
import type { Body } from './codec.ts'
import { textMember } from './members.ts'

/** A conversation as a request names it. The names were not looked at. */
export type Address =
  | { readonly kind: 'everyone' }
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'user'; readonly user: string }

const everyone: Address = { kind: 'everyone' }

/** `*`, `#group` or `@name`; undefined: it is none of these. */
export function addressMember(body: Body, name: string): Address | undefined {
  const text = textMember(body, name)
  if (text === undefined) return undefined
  if (text === '*') return everyone
  if (text.startsWith('#')) return { kind: 'group', group: text.slice(1) }
  return text.startsWith('@') ? { kind: 'user', user: text.slice(1) } : undefined
}

/** A user's name of an address `@name`; undefined: it is another address, or none. */
export function userAddressMember(body: Body, name: string): string | undefined {
  const address = addressMember(body, name)
  return address?.kind === 'user' ? address.user : undefined
}

/** A conversation as whoever takes part in it names it. */
export function addressOf(conversation: Conversation): string {
  switch (conversation.with) {
    case 'everyone':
      return '*'
    case 'group':
      return `#${conversation.group}`
    case 'user':
      return `@${conversation.user}`
  }
}
