import {
  keyOf,
  parseGroupName,
  parseUserName,
  type GroupName,
  type NameFailure,
  type NameKey,
  type UserName,
} from './names.ts'
import { fail, ok, type Result } from './result.ts'

declare const brand: unique symbol
/** The same for all who take part, in any case of the names. Stores are keyed by it. */
export type ConversationKey = string & { readonly [brand]: 'ConversationKey' }
export type ConversationKind = 'everyone' | 'group' | 'private'

/** Everybody, a group or another user, as one of those who take part sees it. */
export type Conversation =
  | { readonly with: 'everyone' }
  | { readonly with: 'group'; readonly group: GroupName }
  | { readonly with: 'user'; readonly user: UserName }

export const everyone = '*' as ConversationKey

/** `me`: who sees it so. */
export function conversationKey(conversation: Conversation, me: UserName): ConversationKey {
  switch (conversation.with) {
    case 'everyone':
      return everyone
    case 'group':
      return groupConversation(conversation.group)
    case 'user':
      return privateConversation(conversation.user, me)
  }
}

export function groupConversation(group: GroupName | NameKey): ConversationKey {
  return `#${keyOf(group as GroupName)}` as ConversationKey
}

export function privateConversation(one: UserName | NameKey, other: UserName | NameKey): ConversationKey {
  return `@${[keyOf(one as UserName), keyOf(other as UserName)].sort().join(' ')}` as ConversationKey
}

export function kindOf(conversation: ConversationKey): ConversationKind {
  if (conversation === everyone) return 'everyone'
  return conversation.startsWith('#') ? 'group' : 'private'
}

/** The two of a private conversation. */
export function partiesOf(conversation: ConversationKey): readonly NameKey[] {
  return conversation.slice(1).split(' ') as NameKey[]
}

/** What somebody wrote as `*`, `#group` or `@user`. */
export function parseConversation(text: string): Result<Conversation, NameFailure> {
  if (text === everyone) return ok({ with: 'everyone' })
  if (text.startsWith('#')) {
    const group = parseGroupName(text.slice(1))
    return group.ok ? ok({ with: 'group', group: group.value }) : group
  }
  if (!text.startsWith('@')) return fail('name-invalid')
  const user = parseUserName(text.slice(1))
  return user.ok ? ok({ with: 'user', user: user.value }) : user
}

/** `*`, `#group` or `@user`, in lower case, as `me` sees it. */
export function conversationName(conversation: ConversationKey, me: UserName): string {
  if (kindOf(conversation) !== 'private') return conversation
  const parties = partiesOf(conversation)
  return `@${parties.find((key) => key !== keyOf(me)) ?? parties[0]}`
}
