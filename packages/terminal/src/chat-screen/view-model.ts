import type { Secrecy } from '@parley/client'
import { byteSize } from '../byte-size.ts'
import { cleanLine } from '../clean-text.ts'
import type { Conversation } from '../chat-model/conversations.ts'
import { secrecyWords, type Line } from '../chat-model/line.ts'
import type { Talk } from '../chat-model/talk.ts'
import type { Connection, Entry, InvitationEntry, OpenConversation, View } from './view.ts'

/** How long what is under way may stand still before it is given up, after `/quit`. */
const briefMs = 5_000
/** How many lines of a conversation can be scrolled back. */
const mostLines = 2_000

/** The only place where the screen meets the model: what it shows, and what it lets somebody do. */
export class ViewModel {
  readonly #talk: Talk
  readonly #server: string | null
  readonly #watchers = new Set<() => void>()
  readonly #forget: readonly (() => void)[]
  #connection: Connection = { is: 'connected' }
  #isGameOpen = false
  #view: View | undefined
  /** Once somebody is leaving; aborted when they will not wait. */
  #hurry: AbortController | undefined
  /** What is said goes out in the order in which it was written. */
  #saying: Promise<unknown> = Promise.resolve()

  constructor(talk: Talk, server: string | null) {
    const { chat, model } = talk
    this.#talk = talk
    this.#server = server
    this.#forget = [
      model.subscribe(() => this.#changed()),
      chat.on('reconnecting', ({ attempt }) => this.#connect({ is: 'reconnecting', attempt })),
      chat.on('reconnected', () => this.#connect({ is: 'connected' })),
      chat.on('closed', ({ reason }) => this.#connect({ is: 'closed', reason: cleanLine(reason) })),
      chat.on('game-announced', () => this.#openGame(true)),
      chat.on('game-started', () => this.#openGame(false)),
      chat.on('game-cancelled', () => this.#openGame(false)),
    ]
    if (chat.state === 'reconnecting') this.#connection = { is: 'reconnecting', attempt: 1 }
    if (chat.state === 'closed') this.#connection = { is: 'closed', reason: 'the connection has ended' }
  }

  /** Made anew only after a change. */
  get view(): View {
    return (this.#view ??= this.#look())
  }

  subscribe(run: () => void): () => void {
    this.#watchers.add(run)
    return () => void this.#watchers.delete(run)
  }

  open(title: string): void {
    this.#talk.model.show(title)
  }

  /** The whole inputs that this one could become: a command, or a name at its end. */
  complete(input: string): readonly string[] {
    if (input.startsWith('/')) return this.#talk.complete(input)
    const [, before = '', word = ''] = /^([^]*?)(\S+)$/.exec(input) ?? []
    if (word === '') return []
    return this.#talk.model.users
      .filter((name) => name.toLowerCase().startsWith(word.toLowerCase()))
      .map((name) => `${before}${name}${before === '' ? ': ' : ' '}`)
  }

  /** A line as it was typed: a command, or text for the open conversation. `quit`: leave, which waits a little for what is under way, but only once. */
  async enter(input: string): Promise<'stay' | 'quit'> {
    if (!input.startsWith('/') || input.startsWith('//')) {
      await this.say(input.startsWith('//') ? input.slice(1) : input)
      return 'stay'
    }
    if ((await this.#talk.enter(input)) === 'quit') {
      await this.#settle()
      return 'quit'
    }
    this.#follow(input)
    return 'stay'
  }

  /** Says the text where the conversation is open, whatever it begins with; several lines are several messages. */
  async say(text: string): Promise<void> {
    const { key, title } = this.#talk.model.open
    const name = title.slice(1)
    if (key !== 'all' && !/^\S+$/.test(name)) {
      this.#talk.model.note('error', 'nobody can be written to here: the server did not say a name', title)
      return
    }
    const literal = text.startsWith('/') ? `/${text}` : text
    const command =
      key === 'all' ? literal : key.startsWith('@') ? `/msg ${name} ${text}` : `/group say ${name} ${text}`
    const said = this.#saying.then(() => this.#talk.enter(command))
    this.#saying = said
    await said
  }

  /** The view hears no more. */
  close(): void {
    this.#hurry?.abort()
    for (const forget of this.#forget) forget()
    this.#watchers.clear()
  }

  async #settle(): Promise<void> {
    if (this.#hurry) return this.#hurry.abort()
    this.#hurry = new AbortController()
    await this.#talk.settled({ standstillMs: briefMs, hurry: this.#hurry.signal })
  }

  /** Whoever writes to somebody by a command wants to see it. */
  #follow(input: string): void {
    const [, command = '', name] = /^\/(msg|file|group (?:say|join|create)) +(\S+)/.exec(input) ?? []
    if (name === undefined) return
    const title = `${command.startsWith('group') ? '#' : '@'}${name}`
    const known = this.#talk.model.conversations.some(({ key }) => key === title.toLowerCase())
    if (known || command.startsWith('group')) this.open(title)
  }

  #look(): View {
    const { chat, model, invitations } = this.#talk
    const open = this.#openConversation(model.open)
    const shown = model.lines.filter((line) => isSeen(line, open.key))
    const game = this.#isGameOpen ? [gameInvitation] : []
    return {
      me: cleanLine(chat.me),
      protocol: chat.protocol,
      server: this.#server,
      connection: this.#connection,
      open,
      lines: shown.slice(-mostLines),
      users: this.#users(),
      groups: this.#groups(),
      here: chat.can.has('users') ? model.users.length : null,
      invitations: [...invitations.list.map(invitationEntry), ...game],
      transfers: model.transfers.list,
      unread: model.conversations.reduce((sum, { unread }) => sum + unread, 0),
      raw: model.raw,
    }
  }

  #openConversation({ key, title, secrecy }: Conversation): OpenConversation {
    const { chat, model } = this.#talk
    const isDistrusted = key.startsWith('@') && model.distrusts(title.slice(1))
    const how = isDistrusted
      ? 'key changed'
      : key.startsWith('@')
        ? privately(secrecy, chat.can.has('sealing'))
        : 'not sealed'
    return { key, title, protection: how, isProtected: secrecy === 'sealed' && !isDistrusted, isDistrusted }
  }

  #users(): readonly Entry[] {
    const { chat, model } = this.#talk
    const canTell = chat.can.has('users')
    const talks = new Map(model.conversations.map((conversation) => [conversation.key, conversation]))
    const present = model.users.map((name) => ({ name, isHere: true }))
    const names = new Set(model.users.map((name) => `@${name.toLowerCase()}`))
    const absent = model.conversations
      .filter(({ key }) => key.startsWith('@') && !names.has(key))
      .map(({ title }) => ({ name: title.slice(1), isHere: !canTell }))
    const entries = [...present, ...absent].map(({ name, isHere }): Entry => {
      const key = `@${name.toLowerCase()}`
      const isMe = name.toLowerCase() === chat.me.toLowerCase()
      const unread = talks.get(key)?.unread ?? 0
      return { key, title: `@${name}`, label: name, unread, isMe, isHere, isDistrusted: model.distrusts(name) }
    })
    const all = { key: 'all', title: 'everybody', label: 'everybody', isMe: false, isHere: true, isDistrusted: false }
    return [{ ...all, unread: talks.get('all')?.unread ?? 0 }, ...entries]
  }

  #groups(): readonly Entry[] {
    const { model } = this.#talk
    const talks = model.conversations.filter(({ key }) => key.startsWith('#'))
    const titles = new Map(model.groups.map((group) => [`#${group.toLowerCase()}`, `#${group}`]))
    for (const { key, title } of talks) if (!titles.has(key)) titles.set(key, title)
    return [...titles].map(([key, title]) => {
      const unread = talks.find((talk) => talk.key === key)?.unread ?? 0
      const label = title === '#' ? 'a group' : title.slice(1)
      return { key, title, label, unread, isMe: false, isHere: true, isDistrusted: false }
    })
  }

  #connect(connection: Connection): void {
    this.#connection = connection
    if (connection.is !== 'connected') this.#isGameOpen = false
    this.#changed()
  }

  #openGame(isOpen: boolean): void {
    this.#isGameOpen = isOpen
    this.#changed()
  }

  #changed(): void {
    this.#view = undefined
    for (const run of this.#watchers) run()
  }
}

const gameInvitation: InvitationEntry = {
  key: 'game',
  label: 'a game',
  text: 'a game of guessing begins',
  accept: { command: '/game join', isComplete: true },
  decline: null,
}

/** What nobody said is seen everywhere, but for who comes and goes. */
function isSeen({ conversation, kind }: Line, open: string): boolean {
  if (conversation === open) return true
  return kind === 'event'
    ? conversation !== 'all'
    : kind === 'answer' || kind === 'error' || kind === 'warning' || kind === 'wire'
}

function privately(secrecy: Secrecy | null, canSeal: boolean): string {
  if (secrecy !== null) return secrecyWords[secrecy]
  return canSeal ? 'sealed where both can' : secrecyWords.plain
}

function invitationEntry(invitation: Talk['invitations']['list'][number]): InvitationEntry {
  const { number, kind } = invitation
  const from = cleanLine(invitation.from)
  const decline = `/decline ${number}`
  const key = `${number}`
  if (kind === 'tunnel') {
    const accept = { command: `/accept ${number} localhost:`, isComplete: false }
    return { key, label: `${from}: a tunnel`, text: `${from} asks for a tunnel`, accept, decline }
  }
  const { size } = invitation.offer
  const name = cleanLine(invitation.offer.name)
  const text = `${from} offers ${name} (${size === null ? 'unknown size' : byteSize(size)})`
  return { key, label: `${from}: ${name}`, text, accept: { command: `/accept ${number}`, isComplete: true }, decline }
}
