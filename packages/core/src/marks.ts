import type { Accounts } from './accounts.ts'
import { conversationKey, type Conversation } from './conversation.ts'
import type { Effects } from './effects.ts'
import type { Entry } from './entry.ts'
import type { Groups } from './groups.ts'
import { keyOf, type ConnectionId, type UserName } from './names.ts'
import type { Rated } from './rated.ts'
import { done, fail, type Result } from './result.ts'
import type { Users } from './users.ts'

export type MarkCommand = {
  /** The connection's user has read the conversation up to and with this sequence number. */
  readonly do: 'mark.read'
  readonly connection: ConnectionId
  readonly conversation: Conversation
  readonly seq: number
} & Rated

export interface MarkResults {
  /** A guest has no marks. */
  'mark.read': Result<void, 'gone' | 'not-registered' | 'no-such-conversation' | 'too-many-messages' | 'unavailable'>
}

/**
 * How far users have read, shared by their devices. The marks are in the store alone, where the
 * highest one counts.
 */
export class Marks {
  readonly #accounts: Accounts
  readonly #users: Users
  readonly #groups: Groups

  constructor(accounts: Accounts, users: Users, groups: Groups) {
    this.#accounts = accounts
    this.#users = users
    this.#groups = groups
  }

  read({ seq, writable, command }: Entry<MarkCommand>, out: Effects): MarkResults['mark.read'] {
    const reader = this.#users.connection(command.connection)
    if (!reader) return fail('gone')
    if (reader.version === null) return fail('not-registered')
    const { conversation } = command
    if (!this.#isThere(conversation, reader.name)) return fail('no-such-conversation')
    if (!command.withinRate) return fail('too-many-messages')
    if (!writable) return fail('unavailable')
    // Nobody has read what is still to come: a mark far ahead would hide all of it.
    const upTo = Math.min(command.seq, seq)
    out.durable = true
    const key = conversationKey(conversation, reader.name)
    out.write({ write: 'mark.put', user: keyOf(reader.name), conversation: key, seq: upTo })
    out.devices(reader.name, reader.id, { kind: 'conversation-read', conversation, seq: upTo })
    return done
  }

  /** Only of what there is, so that marks cannot fill the store. */
  #isThere(conversation: Conversation, reader: UserName): boolean {
    switch (conversation.with) {
      case 'everyone':
        return true
      case 'group':
        return this.#groups.refusal(reader, conversation.group) === null
      case 'user':
        return this.#accounts.find(conversation.user) !== undefined
    }
  }
}
