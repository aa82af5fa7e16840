import { everyone } from './conversation.ts'
import type { Effects } from './effects.ts'
import type { Entry } from './entry.ts'
import type { History, Sender } from './history.ts'
import type { Hooks } from './hooks.ts'
import type { Named, Said } from './keepable.ts'
import type { Mailboxes, PutFailure } from './mailboxes.ts'
import { sameName, type ConnectionId, type UserName } from './names.ts'
import type { Rated } from './rated.ts'
import { fail, ok, type Result } from './result.ts'
import type { Text } from './text.ts'
import type { User, Users } from './users.ts'

export type TalkCommand =
  | ({ readonly do: 'broadcast'; readonly connection: ConnectionId; readonly text: Text } & Rated & Named)
  | ({
      readonly do: 'tell'
      readonly connection: ConnectionId
      readonly to: UserName
      readonly text: Text
    } & Rated &
      Named)
type Command<D> = Extract<TalkCommand, { do: D }>

export interface TalkResults {
  broadcast: Result<Said, 'gone' | 'muted' | 'too-many-messages'>
  /**
   * To a registered user: it is in the mailbox, on disk. To a guest: it is on the guest's
   * connection. A guest who writes to itself has this result and hears no event.
   */
  tell: Result<Said, 'gone' | 'muted' | 'no-such-user' | 'too-many-messages' | PutFailure>
}

/** What users say to each other in plain text. */
export class Talk {
  readonly #users: Users
  readonly #mailboxes: Mailboxes
  readonly #history: History
  readonly #hooks: Hooks

  constructor(users: Users, mailboxes: Mailboxes, history: History, hooks: Hooks) {
    this.#users = users
    this.#mailboxes = mailboxes
    this.#history = history
    this.#hooks = hooks
  }

  /** Everybody but the sender hears it. */
  broadcast(entry: Entry<Command<'broadcast'>>, out: Effects): TalkResults['broadcast'] {
    const { command } = entry
    const from = this.#users.connection(command.connection)
    if (!from) return fail('gone')
    if (!command.withinRate) return fail('too-many-messages')
    const { text, nonce = null } = command
    const event = this.#say(entry, from, text, nonce, out)
    this.#users.tellDevices(from, event, out)
    return ok({ kept: event.kept })
  }

  /** A bot says it. Everybody hears it. */
  post(entry: Entry<unknown>, bot: Sender, text: Text, out: Effects): Result<Said, never> {
    return ok({ kept: this.#say(entry, bot, text, null, out).kept })
  }

  /** Writing to oneself is allowed. Protocols that forbid it say so first. */
  tell(entry: Entry<Command<'tell'>>, out: Effects): TalkResults['tell'] {
    const { seq, at, writable, command } = entry
    const from = this.#users.connection(command.connection)
    if (!from) return fail('gone')
    const { to, text, nonce = null } = command
    const user = this.#users.find(to)
    const owner = this.#mailboxes.owner(to)
    if (owner === undefined) {
      if (!user || !hearsMessages(user)) return fail('no-such-user')
      if (!command.withinRate) return fail('too-many-messages')
      const said = { kind: 'private-message', from: from.name, to: user.name, text, storedAs: null } as const
      const event = { ...said, kept: false, nonce }
      out.users([user.name], event, from.id)
      if (!sameName(user.name, from.name)) this.#users.tellDevices(from, event, out)
      return ok({ kept: false })
    }
    if (!command.withinRate) return fail('too-many-messages')
    const message = { from: from.name, guest: from.version === null, text, at }
    const put = this.#mailboxes.put(to, { id: seq, ...message }, writable, out)
    if (!put.ok) return put
    const receiver = { name: owner, registered: true }
    const kept = this.#history.keepPrivate(entry, from, receiver, { text, nonce }, out)
    // Also to somebody who is away: who arrives before it is on disk still has to hear of it.
    const said = { kind: 'private-message', from: from.name, to: receiver.name, text, storedAs: seq } as const
    const event = { ...said, kept, nonce }
    out.users([to], event)
    if (!sameName(to, from.name)) this.#users.tellDevices(from, event, out)
    return ok({ kept })
  }

  #say(entry: Entry<unknown>, from: Sender, text: Text, nonce: string | null, out: Effects) {
    const kept = this.#history.keepBroadcast(entry, from, text, nonce, out)
    const event = { kind: 'broadcast', from: from.name, text, kept, nonce } as const
    out.everyone(event, from.name)
    this.#hooks.tell({ conversation: everyone, from: from.name, to: '*', text, kept }, out)
    return event
  }
}

/** A guest has no mailbox, so a connection that only fetches messages cannot be told anything. */
function hearsMessages({ connections }: User): boolean {
  for (const { capabilities } of connections) if (capabilities.privateMessages === 'pushed') return true
  return false
}
