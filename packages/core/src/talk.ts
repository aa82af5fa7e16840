import type { Effects } from './effects.ts'
import type { Entry } from './entry.ts'
import type { Mailboxes, PutFailure } from './mailboxes.ts'
import type { ConnectionId, UserName } from './names.ts'
import type { Rated } from './rated.ts'
import { done, fail, type Result } from './result.ts'
import type { Text } from './text.ts'
import type { User, Users } from './users.ts'

export type TalkCommand =
  | ({ readonly do: 'broadcast'; readonly connection: ConnectionId; readonly text: Text } & Rated)
  | ({ readonly do: 'tell'; readonly connection: ConnectionId; readonly to: UserName; readonly text: Text } & Rated)
type Command<D> = Extract<TalkCommand, { do: D }>

export interface TalkResults {
  broadcast: Result<void, 'gone' | 'too-many-messages'>
  /**
   * To a registered user: it is in the mailbox, on disk. To a guest: it is on the guest's
   * connection. A guest who writes to itself has this result and hears no event.
   */
  tell: Result<void, 'gone' | 'no-such-user' | 'too-many-messages' | PutFailure>
}

/** What users say to each other in plain text. */
export class Talk {
  readonly #users: Users
  readonly #mailboxes: Mailboxes

  constructor(users: Users, mailboxes: Mailboxes) {
    this.#users = users
    this.#mailboxes = mailboxes
  }

  /** Everybody but the sender hears it. */
  broadcast({ command }: Entry<Command<'broadcast'>>, out: Effects): TalkResults['broadcast'] {
    const from = this.#users.connection(command.connection)
    if (!from) return fail('gone')
    if (!command.withinRate) return fail('too-many-messages')
    out.everyone({ kind: 'broadcast', from: from.name, text: command.text }, from.name)
    return done
  }

  /** Writing to oneself is allowed. Protocols that forbid it say so first. */
  tell({ seq, at, writable, command }: Entry<Command<'tell'>>, out: Effects): TalkResults['tell'] {
    const from = this.#users.connection(command.connection)
    if (!from) return fail('gone')
    const { to, text } = command
    const user = this.#users.find(to)
    if (!this.#mailboxes.has(to)) {
      if (!user || !hearsMessages(user)) return fail('no-such-user')
      if (!command.withinRate) return fail('too-many-messages')
      const event = { kind: 'private-message', from: from.name, to: user.name, text, storedAs: null } as const
      out.users([user.name], event, from.id)
      return done
    }
    if (!command.withinRate) return fail('too-many-messages')
    const message = { from: from.name, guest: from.version === null, text, at }
    const put = this.#mailboxes.put(to, { id: seq, ...message }, writable, out)
    if (!put.ok) return put
    // Also to somebody who is away: who arrives before it is on disk still has to hear of it.
    out.users([to], { kind: 'private-message', from: from.name, to: user?.name ?? to, text, storedAs: seq })
    return done
  }
}

/** A guest has no mailbox, so a connection that only fetches messages cannot be told anything. */
function hearsMessages({ connections }: User): boolean {
  for (const { capabilities } of connections) if (capabilities.privateMessages === 'pushed') return true
  return false
}
