import { keyOf, type GroupName, type UserName } from './names.ts'

declare const brand: unique symbol
/** The same for all who take part, in any case of the names. Stores are keyed by it. */
export type ConversationKey = string & { readonly [brand]: 'ConversationKey' }

/** Everybody, a group or another user, as one of those who take part sees it. */
export type Conversation =
  | { readonly with: 'everyone' }
  | { readonly with: 'group'; readonly group: GroupName }
  | { readonly with: 'user'; readonly user: UserName }

/** `me`: who sees it so. */
export function conversationKey(conversation: Conversation, me: UserName): ConversationKey {
  return keyText(conversation, me) as ConversationKey
}

function keyText(conversation: Conversation, me: UserName): string {
  switch (conversation.with) {
    case 'everyone':
      return '*'
    case 'group':
      return `#${keyOf(conversation.group)}`
    case 'user':
      return `@${[keyOf(conversation.user), keyOf(me)].sort().join(' ')}`
  }
}
