import type { Accounts } from './accounts.ts'
import type { Effects } from './effects.ts'
import type { Entry } from './entry.ts'
import { keyOf, type ConnectionId, type NameKey, type UserName } from './names.ts'
import { done, fail, type Result } from './result.ts'
import type { CommunitySettings } from './settings.ts'
import { utf8Bytes } from './text.ts'
import type { Users } from './users.ts'
import type { StoredMessage, WaitingMessage } from './writes.ts'

export type PutFailure = 'mailbox-full' | 'unavailable'

export interface MailboxCommand {
  /** The connection's user has these messages. Ids that do not wait are passed over. */
  readonly do: 'mailbox.acknowledge'
  readonly connection: ConnectionId
  readonly ids: readonly number[]
}

export interface MailboxResults {
  /** The messages are gone for good. */
  'mailbox.acknowledge': Result<void, 'gone' | 'unavailable'>
}

/** What of one mailbox is in memory: not the texts. */
interface Mailbox {
  readonly messages: Map<number, WaitingMessage>
  readonly ofSender: Map<NameKey, number>
  bytes: number
  guestMessages: number
  guestBytes: number
}

/**
 * Private messages that wait for registered users. Their texts are in the store, what they
 * weigh is here.
 */
export class Mailboxes {
  readonly #accounts: Accounts
  readonly #users: Users
  readonly #settings: CommunitySettings
  /** Only those in which something waits. */
  readonly #mailboxes = new Map<NameKey, Mailbox>()

  constructor(accounts: Accounts, users: Users, settings: CommunitySettings) {
    this.#accounts = accounts
    this.#users = users
    this.#settings = settings
  }

  /** Whose mailbox is found by that name, as it is shown; undefined: nobody's, it is not registered. */
  owner(name: UserName): UserName | undefined {
    return this.#accounts.find(name)?.name
  }

  /** Messages that wait for this user. */
  waiting(name: UserName): number {
    return this.#mailboxes.get(keyOf(name))?.messages.size ?? 0
  }

  /** Of the messages that wait for this user, in ascending order. */
  ids(name: UserName): readonly number[] {
    return [...(this.#mailboxes.get(keyOf(name))?.messages.keys() ?? [])]
  }

  put(to: UserName, message: Omit<StoredMessage, 'to'>, writable: boolean, out: Effects): Result<void, PutFailure> {
    if (!writable) return fail('unavailable')
    const key = keyOf(to)
    const { id, guest, from, text } = message
    const waiting: WaitingMessage = { id, to: key, from: keyOf(from), guest, bytes: utf8Bytes(text) }
    if (!this.#hasRoom(this.#mailboxes.get(key), waiting)) return fail('mailbox-full')
    this.#add(waiting)
    out.write({ write: 'message.put', message: { ...message, to: key } })
    out.durable = true
    return done
  }

  acknowledge({ removable, command }: Entry<MailboxCommand>, out: Effects): MailboxResults['mailbox.acknowledge'] {
    const owner = this.#users.connection(command.connection)
    if (!owner || owner.version === null) return fail('gone')
    if (!removable) return fail('unavailable')
    const to = keyOf(owner.name)
    const ids = command.ids.filter((id) => this.#remove(to, id))
    if (ids.length > 0) out.write({ write: 'messages.remove', to, ids })
    out.durable = true
    return done
  }

  /** A message is taken back by who sent it: whoever has not received it does not. */
  withdraw(to: NameKey, id: number, out: Effects): void {
    if (this.#remove(to, id)) out.write({ write: 'messages.remove', to, ids: [id] })
  }

  /**
   * The account is gone. The store forgets its mailbox with it; what it sent to others and nobody has
   * received is removed here.
   */
  forget(name: UserName, out: Effects): void {
    const from = keyOf(name)
    this.#mailboxes.delete(from)
    for (const to of [...this.#mailboxes.keys()].toSorted()) {
      const { messages, ofSender } = this.#mailboxes.get(to)!
      if (!ofSender.has(from)) continue
      const sent = [...messages.values()].filter((message) => message.from === from && !message.guest)
      const ids = sent.map(({ id }) => id).filter((id) => this.#remove(to, id))
      if (ids.length > 0) out.write({ write: 'messages.remove', to, ids })
    }
  }

  save(): readonly WaitingMessage[] {
    return Array.from(this.#mailboxes.values())
      .flatMap(({ messages }) => [...messages.values()])
      .sort((one, other) => one.id - other.id)
  }

  restore(messages: Iterable<WaitingMessage>): void {
    this.#mailboxes.clear()
    for (const message of messages) this.#add(message)
  }

  #hasRoom(mailbox: Mailbox | undefined, { from, guest, bytes }: WaitingMessage): boolean {
    const { perPair, perRecipient, bytes: mostBytes, guestShare } = this.#settings.mailbox
    if (bytes > mostBytes || (guest && bytes > mostBytes * guestShare)) return false
    if (!mailbox) return true
    const { messages, ofSender, guestMessages, guestBytes } = mailbox
    if (messages.size >= perRecipient || mailbox.bytes + bytes > mostBytes) return false
    if ((ofSender.get(from) ?? 0) >= perPair) return false
    return !guest || (guestMessages + 1 <= perRecipient * guestShare && guestBytes + bytes <= mostBytes * guestShare)
  }

  #add(message: WaitingMessage): void {
    let mailbox = this.#mailboxes.get(message.to)
    if (!mailbox) {
      mailbox = { messages: new Map(), ofSender: new Map(), bytes: 0, guestMessages: 0, guestBytes: 0 }
      this.#mailboxes.set(message.to, mailbox)
    }
    mailbox.messages.set(message.id, message)
    count(mailbox, message, 1)
  }

  /** False: no such message waits. */
  #remove(to: NameKey, id: number): boolean {
    const mailbox = this.#mailboxes.get(to)
    const message = mailbox?.messages.get(id)
    if (!mailbox || !message) return false
    mailbox.messages.delete(id)
    count(mailbox, message, -1)
    if (mailbox.messages.size === 0) this.#mailboxes.delete(to)
    return true
  }
}

function count(mailbox: Mailbox, { from, guest, bytes }: WaitingMessage, by: 1 | -1): void {
  const ofSender = (mailbox.ofSender.get(from) ?? 0) + by
  if (ofSender > 0) mailbox.ofSender.set(from, ofSender)
  else mailbox.ofSender.delete(from)
  mailbox.bytes += by * bytes
  if (!guest) return
  mailbox.guestMessages += by
  mailbox.guestBytes += by * bytes
}
