import type { Effects } from './effects.ts'
import type { Entry } from './entry.ts'
import { everyone, kindOf, partiesOf } from './conversation.ts'
import type { Groups } from './groups.ts'
import type { History } from './history.ts'
import type { Hooks } from './hooks.ts'
import type { KeptMessage } from './kept-message.ts'
import type { Mailboxes } from './mailboxes.ts'
import { keyOf, sameName, type ConnectionId, type GroupName, type UserName } from './names.ts'
import type { Rated } from './rated.ts'
import { fail, ok, type Result } from './result.ts'
import type { OnlineConnection, Users } from './users.ts'

/** What of a message its deletion needs, as it was read from the store. */
export type DeletableMessage = Pick<KeptMessage, 'seq' | 'conversation' | 'kind' | 'from' | 'guest' | 'to'>

/** `message`: null where there is none that the user may read. */
export type DeletionCommand = {
  readonly do: 'message.delete'
  readonly connection: ConnectionId
  readonly message: DeletableMessage | null
} & Rated

export interface DeletionResults {
  /** The text is gone for good. */
  'message.delete': Result<
    { readonly seq: number },
    'gone' | 'no-such-message' | 'not-yours' | 'too-many-messages' | 'unavailable'
  >
}

/**
 * Deletes what somebody said from history. The message was read outside the log, which is safe:
 * nothing about it changes but that it is deleted.
 */
export class Deletions {
  readonly #users: Users
  readonly #groups: Groups
  readonly #history: History
  readonly #mailboxes: Mailboxes
  readonly #hooks: Hooks

  constructor(users: Users, groups: Groups, history: History, mailboxes: Mailboxes, hooks: Hooks) {
    this.#users = users
    this.#groups = groups
    this.#history = history
    this.#mailboxes = mailboxes
    this.#hooks = hooks
  }

  /** Everybody who may have heard the message hears of it, the sender's other devices included. */
  delete(entry: Entry<DeletionCommand>, out: Effects): DeletionResults['message.delete'] {
    const { connection, message, withinRate } = entry.command
    const by = this.#users.connection(connection)
    if (!by) return fail('gone')
    if (!message || message.kind === 'deleted' || !this.#history.keeps(message.conversation)) {
      return fail('no-such-message')
    }
    if (!this.#isOwn(message, by)) return fail('not-yours')
    if (!withinRate) return fail('too-many-messages')
    if (!entry.writable) return fail('unavailable')
    const { seq, conversation, from, to } = message
    out.write({ write: 'history.delete', seq })
    this.#history.keep(entry, by, { kind: 'deleted', conversation, to, text: '', target: seq }, out)
    if (kindOf(conversation) === 'private') {
      for (const party of partiesOf(conversation)) this.#mailboxes.withdraw(party, seq, out)
    }
    out.durable = true
    const event = { kind: 'message-deleted', seq, from, to, kept: true } as const
    if (conversation === everyone) out.everyone(event, by.name)
    else out.users(this.#audience(message, by.name), event)
    this.#users.tellDevices(by, event, out)
    this.#hooks.tell({ conversation, from, to, text: null, kept: true }, out)
    return ok({ seq })
  }

  /** A guest's own is what was said since the name is taken. */
  #isOwn({ from, guest, seq }: DeletableMessage, by: OnlineConnection): boolean {
    if (!sameName(from, by.name) || guest !== (by.version === null)) return false
    return !guest || seq > (this.#users.find(by.name)?.since ?? seq)
  }

  /** But for the one who deletes. */
  #audience({ conversation, to }: DeletableMessage, by: UserName): readonly UserName[] {
    if (kindOf(conversation) === 'group') {
      return this.#groups.present(to.slice(1) as GroupName).filter((name) => !sameName(name, by))
    }
    const others = partiesOf(conversation).filter((key) => key !== keyOf(by))
    return others as readonly string[] as readonly UserName[]
  }
}
