import { systemClock, type Chat, type Memory } from '@parley/client'
import {
  ConversationModel,
  Outgoing,
  Past,
  post,
  ReadMarks,
  RememberedDrafts,
  followChat,
  showPosted,
} from '@parley/client/conversations'
import { connectPage } from '@parley/client/web'
import type { Account } from './accounts.ts'
import { inWords } from './errors.ts'
import { PageMemory } from './page-memory.ts'
import { PageTrust } from './page-trust.ts'
import type { Vault } from './vault.ts'
import { deviceLabel, serverOf } from './where.ts'

/** Why there is no connection, and when the next one is tried. */
export interface Break {
  readonly reason: string
  /** Milliseconds since 1970. */
  readonly retryAt: number
}

/** One account in this page, from sign-in to sign-out, over all its connections. */
export class Session {
  readonly account: Account
  readonly chat: Chat
  readonly model: ConversationModel
  readonly trust: PageTrust
  readonly outgoing: Outgoing
  readonly past: Past
  readonly marks: ReadMarks
  readonly drafts: RememberedDrafts
  #break: Break | null = null

  constructor({ account, chat, model, memory, trust }: SessionParts) {
    this.account = account
    this.chat = chat
    this.model = model
    this.trust = trust
    // It hears first: what it sent before a break is no news when it comes back.
    this.outgoing = new Outgoing({
      chat,
      clock: systemClock,
      memory,
      now: Date.now,
      send: (title, text, nonce) => post(chat, model, title, text, nonce),
      sent: (title, text, secrecy, stamp) => showPosted(model, chat.me, { title, text, secrecy, stamp }),
      refused: (place, _title, error) => void model.note('error', `Not sent: ${inWords(error)}`, place),
      changed: () => model.touch(),
      underWay: () => {},
    })
    this.past = new Past({ chat, model })
    this.marks = new ReadMarks(chat, model, systemClock)
    this.drafts = new RememberedDrafts(memory, systemClock)
    followChat(chat, model)
    chat.on('notice', ({ text }) => model.note('event', text, model.open.title))
    chat.on('membership', ({ group, isMember }) => model.groups.setMember(group, isMember))
    chat.on('reconnecting', ({ reason, inMs }) => this.#broken({ reason, retryAt: Date.now() + inMs }))
    chat.on('reconnected', () => this.#connected())
    chat.on('closed', () => model.touch())
  }

  /** null: it is connected. */
  get break(): Break | null {
    return this.#break
  }

  /** Once, when the chat is connected. */
  async start(): Promise<void> {
    await this.drafts.restore()
    await this.outgoing.restore()
    await this.#refresh()
  }

  /** Says goodbye; the account stays signed in on this device. */
  close(): Promise<void> {
    return this.chat.close()
  }

  #broken(how: Break): void {
    this.#break = how
    this.model.touch()
  }

  #connected(): void {
    this.#break = null
    this.model.touch()
    void this.#refresh()
  }

  /** It is asked in passing: that the connection breaks meanwhile is told elsewhere. */
  async #refresh(): Promise<void> {
    const { chat, model } = this
    const [users, groups] = await Promise.allSettled([chat.users(), chat.groups.list()])
    if (users.status === 'fulfilled') model.roster.list(users.value)
    if (groups.status === 'fulfilled') model.groups.list(groups.value.map(({ name }) => name))
  }
}

interface SessionParts {
  readonly account: Account
  readonly chat: Chat
  readonly model: ConversationModel
  readonly memory: Memory
  readonly trust: PageTrust
}

/** Signs in. Rejects with a ChatError, as `connect` does. */
export async function openSession(vault: Vault, account: Account, password?: string): Promise<Session> {
  const key = account.name.toLowerCase()
  const memory = new PageMemory(vault, `memory ${key}`)
  const trust = new PageTrust(vault, `trust ${key}`)
  const opened = Promise.withResolvers<Session>()
  const chat = await connectPage(serverOf(location, account.name), {
    password,
    device: deviceLabel(navigator.userAgent),
    memory,
    trust,
    sealing: isSecureContext ? 'on' : 'off',
    prepare: (made) => {
      const model = new ConversationModel({ me: () => made.me })
      opened.resolve(new Session({ account, chat: made, model, memory, trust }))
    },
  })
  const session = await opened.promise
  if (chat.state !== 'closed') await session.start()
  return session
}
