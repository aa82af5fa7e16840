import { ChatError, systemClock, type Chat, type Memory } from '@parley/client'
import {
  ConversationModel,
  conversationKey,
  followChat,
  Outgoing,
  Past,
  post,
  ReadMarks,
  RememberedDrafts,
  showPosted,
} from '@parley/client/conversations'
import { connectPage } from '@parley/client/web'
import { forgetAccount, type Account } from './accounts.ts'
import { Attention } from './attention.ts'
import { inWords } from './errors.ts'
import { PageFiles } from './files.ts'
import { PageGame } from './game.ts'
import { KeptLines } from './kept-lines.ts'
import { PageMemory } from './page-memory.ts'
import { PageTrust } from './page-trust.ts'
import type { Vault } from './vault.ts'
import { deviceLabel, serverOf } from './where.ts'

/** Lines of one conversation that the page keeps at a time. */
const mostLines = 12_000

/** Why there is no connection. */
export interface Break {
  readonly reason: string
  /** Somebody has to sign in again, or the name is still in use. */
  readonly isRefused: boolean
}

export interface SessionParts {
  readonly account: Account
  readonly chat: Chat
  readonly vault: Vault
  readonly memory: Memory
  /** Opens a conversation, as somebody pressed a notification of it. */
  open(title: string): void
}

/** One account in this page, from sign-in to sign-out, over all its connections. */
export class Session {
  readonly account: Account
  readonly chat: Chat
  readonly model: ConversationModel
  readonly outgoing: Outgoing
  readonly past: Past
  readonly marks: ReadMarks
  readonly drafts: RememberedDrafts
  readonly files: PageFiles
  readonly game: PageGame
  /** Keys of conversations in which this user wants to write unsealed. */
  readonly plain = new Set<string>()
  readonly #vault: Vault
  readonly #memory: Memory
  readonly #lines: KeptLines
  #break: Break | null = null
  #hasBackup = false

  constructor({ account, chat, vault, memory, open }: SessionParts) {
    this.account = account
    this.chat = chat
    this.#vault = vault
    this.#memory = memory
    const me = () => chat.me
    const acceptKeyHint = () => 'accept the new key under "About this person"'
    const model = new ConversationModel({ me, mostLines, acceptKeyHint })
    this.model = model
    // It hears first: what it sent before a break is no news when it comes back.
    this.outgoing = new Outgoing({
      chat,
      clock: systemClock,
      memory,
      now: Date.now,
      send: (title, text, nonce) => {
        const sealing = this.plain.has(conversationKey(title)) ? 'plain' : 'sealed-if-possible'
        return post(chat, model, title, text, nonce, sealing)
      },
      sent: (title, text, secrecy, stamp) => showPosted(model, chat.me, { title, text, secrecy, stamp }),
      refused: (place, _title, error) => void model.note('error', `Not sent. ${inWords(error)}`, place),
      changed: () => model.touch(),
      underWay: () => {},
    })
    this.past = new Past({ chat, model })
    this.marks = new ReadMarks(chat, model, systemClock)
    this.drafts = new RememberedDrafts(memory, systemClock)
    this.#lines = new KeptLines(vault, account.name.toLowerCase(), model)
    followChat(chat, model)
    this.files = new PageFiles(chat, model)
    this.game = new PageGame(chat, model)
    new Attention({ model, me, open }).start()
    chat.on('notice', ({ text }) => model.note('event', text, model.open.title))
    chat.on('membership', ({ group, isMember }) => model.groups.setMember(group, isMember))
    chat.on('group-changed', () => model.touch())
    chat.on('recovery-needed', ({ hasBackup }) => {
      this.#hasBackup = hasBackup
      model.touch()
    })
    chat.on('reconnecting', ({ reason, code }) => this.#broken({ reason, isRefused: code === 'name-taken' }))
    chat.on('reconnected', () => void this.#connectedAgain())
    chat.on('closed', () => model.touch())
    addEventListener('online', () => chat.retry())
    addEventListener('pagehide', () => void this.keep())
    document.addEventListener('visibilitychange', () => this.#looked())
  }

  /** null: it is connected, or connects for the first time. */
  get break(): Break | null {
    return this.#break
  }

  /** Where recovery is needed: a phrase brings the keys. Otherwise a device that has them has to make one first. */
  get hasBackup(): boolean {
    return this.#hasBackup
  }

  /** What is read without a network, and what was written and not sent. */
  async restore(): Promise<void> {
    await this.drafts.restore()
    await this.#lines.restore(this.account.name)
    await this.outgoing.restore()
  }

  /** Who is here, and which groups there are. Asked in passing: that the connection breaks meanwhile is told elsewhere. */
  async refresh(): Promise<void> {
    const { chat, model } = this
    const [users, groups] = await Promise.allSettled([chat.users(), chat.groups.list()])
    if (users.status === 'fulfilled') model.roster.list(users.value)
    if (groups.status === 'fulfilled') model.groups.list(groups.value.map(({ name }) => name))
  }

  /** Writes down what this page knows, before it is left. */
  async keep(): Promise<void> {
    this.drafts.save()
    await Promise.all([this.#memory.flush(), this.#lines.write()])
  }

  /**
   * The account is not signed in on this device any more, and its messages are forgotten here. `keys`:
   * its keys as well.
   */
  async signOut(keys: boolean): Promise<void> {
    const { chat } = this
    try {
      const here = chat.can.has('devices') ? (await chat.devices.list()).find(({ isHere }) => isHere) : undefined
      if (here) await chat.devices.revoke(here.id)
    } catch (error) {
      // Its token is forgotten here all the same, and the list of devices shows it.
      if (!(error instanceof ChatError)) throw error
    }
    await chat.close()
    await forgetAccount(this.#vault, this.account, keys)
  }

  #looked(): void {
    this.marks.look(!document.hidden)
    if (document.hidden) void this.keep()
    else this.chat.retry()
  }

  #broken(how: Break): void {
    this.#break = how
    this.model.touch()
  }

  async #connectedAgain(): Promise<void> {
    const { chat, model } = this
    this.#break = null
    model.touch()
    await this.refresh()
    // A guest is in no group any more after a break.
    for (const group of model.groups.joined) {
      chat.groups.join(group).catch((error: unknown) => {
        model.note('error', `You are not in ${group} any more. ${inWords(error)}`, `#${group}`)
      })
    }
  }
}

/** A session, and its first connection, which rejects with a ChatError as `connect` does. */
export interface Opened {
  readonly session: Session
  readonly connected: Promise<void>
}

export async function openSession(
  vault: Vault,
  account: Account,
  {
    password,
    isRemembered,
    open,
  }: { readonly password?: string; readonly isRemembered: boolean; open(title: string): void },
): Promise<Opened> {
  const key = account.name.toLowerCase()
  const memory = new PageMemory(vault, `memory ${key}`)
  const made = Promise.withResolvers<Session>()
  const connecting = connectPage(serverOf(location, account.name), {
    ...(password !== undefined && { password }),
    device: deviceLabel(navigator.userAgent),
    memory,
    trust: new PageTrust(vault, `trust ${key}`),
    sealing: isSecureContext ? 'on' : 'off',
    startsOffline: isRemembered,
    prepare: (chat) => made.resolve(new Session({ account, chat, vault, memory, open })),
  })
  const session = await made.promise
  const restoring = session.restore()
  const connected = connecting.then(async () => {
    await restoring
    if (session.chat.state === 'connected') void session.refresh()
    session.model.touch()
  })
  connected.catch(() => {})
  if (isRemembered) await restoring
  return { session, connected }
}
