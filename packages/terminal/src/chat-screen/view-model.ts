import {
  cleanLine,
  type Conversation,
  type Line,
  mentionIn,
  type Protection,
  type Returned,
  secrecyWords,
} from '@parley/client/conversations'
import { withAlias } from '../chat-model/aliases.ts'
import { commandsFor } from '../chat-model/commands.ts'
import type { Talk } from '../chat-model/talk.ts'
import { gapsAbove } from './gaps.ts'
import { gameInvitation, invitationEntry } from './invitation-entries.ts'
import { LineEntry, type Entered } from './line-entry.ts'
import { lastSenders, lastWord, nearestFirst } from './name-order.ts'
import { ReadingStops } from './reading-stops.ts'
import type { Connection, Entry, OpenConversation, View } from './view.ts'

/** How long what is under way may stand still before it is given up, after `/quit`. */
const briefMs = 5_000
/** How many lines of a conversation can be scrolled back. */
const mostLines = 5_000

interface ViewSettings {
  /** What is typed for a command, without the slash, and what it stands for. */
  readonly aliases?: Readonly<Record<string, string>>
  /** Words that call this user besides the name. */
  readonly highlights?: readonly string[]
}

/** The only place where the screen meets the model: what it shows, and what it lets somebody do. */
export class ViewModel {
  readonly #talk: Talk
  readonly #entry: LineEntry
  readonly #server: string | null
  readonly #aliases: Readonly<Record<string, string>>
  readonly #highlights: readonly string[]
  readonly #watchers = new Set<() => void>()
  readonly #forget: readonly (() => void)[]
  #connection: Connection = { is: 'connected' }
  #isGameOpen = false
  #view: View | undefined
  /** Keys of conversations in the order in which they were first seen. */
  readonly #order = new Set(['all'])
  /** Keys of conversations with an unread message that names this user. */
  readonly #called = new Set<string>()
  readonly #stops: ReadingStops
  /** Once somebody is leaving; aborted when they will not wait. */
  #hurry: AbortController | undefined
  #returned: (returned: Returned) => void = () => {}

  constructor(talk: Talk, server: string | null, { aliases = {}, highlights = [] }: ViewSettings = {}) {
    const { chat, model } = talk
    this.#talk = talk
    this.#entry = new LineEntry(talk)
    this.#server = server
    this.#aliases = aliases
    this.#highlights = highlights
    this.#stops = new ReadingStops(model)
    this.#forget = [
      model.subscribe((line) => this.#heard(line)),
      talk.outgoing.onRefused((returned) => this.#returned(returned)),
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

  /** Words that call this user: the name, and those of the settings. */
  get highlights(): readonly string[] {
    return [this.#talk.chat.me, ...this.#highlights]
  }

  /** Where what is being written outlives the program; null: nowhere. */
  get drafts(): Talk['drafts'] {
    return this.#talk.drafts
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

  /** Loads what was said before in the open conversation, where the server keeps it. */
  older(): void {
    void this.#talk.past.older(this.#talk.model.open.title)
  }

  /** The whole inputs that this one could become: a command, or a name at its end. */
  complete(input: string): readonly string[] {
    const { chat, model } = this.#talk
    const spoke = lastSenders(model.lines, model.open.key)
    if (input.startsWith('/')) {
      return nearestFirst(this.#talk.complete(input), { spoke, me: chat.me, nameOf: (whole) => lastWord(whole) })
    }
    const [, before = '', word = ''] = /^([^]*?)(\S+)$/.exec(input) ?? []
    if (word === '') return []
    const names = model.roster.users.filter((name) => name.toLowerCase().startsWith(word.toLowerCase()))
    return nearestFirst(names, { spoke, me: chat.me, nameOf: (name) => name }).map(
      (name) => `${before}${name}${before === '' ? ': ' : ' '}`,
    )
  }

  /** See LineEntry. After `/quit` what is under way is waited for a little, but only once. */
  enter(typed: string): Entered {
    const entered = this.#entry.enter(withAlias(typed, this.#aliases))
    if (entered.is !== 'command') return entered
    const outcome = entered.outcome.then(async (outcome) => {
      if (outcome === 'quit') await this.#settle()
      return outcome
    })
    return { ...entered, outcome }
  }

  /** Stops what waits to be sent in the open conversation, and gives it back. */
  takeBack(): void {
    const { outgoing, model } = this.#talk
    for (const returned of outgoing.takeBack(model.open.key)) this.#returned(returned)
  }

  /** `run` gets what was not sent. */
  onReturned(run: (returned: Returned) => void): void {
    this.#returned = run
  }

  /** What would be given up by leaving now, for people; empty: nothing. */
  underWay(): string {
    return this.#talk.underWay()
  }

  complain(problem: string): void {
    const { model } = this.#talk
    model.note('error', problem, model.open.title)
  }

  cancel(transfer: number): void {
    this.#talk.model.transfers.cancel(transfer)
  }

  /** Whether somebody sees the window. */
  look(isSeen: boolean): void {
    this.#stops.look(isSeen)
    this.#talk.marks.look(isSeen)
  }

  get isLookedAt(): boolean {
    return this.#stops.isLookedAt
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

  #look(): View {
    const { chat, model, invitations, outgoing, past } = this.#talk
    const open = this.#openConversation(model.open)
    const shown = model.lines.filter((line) => isSeen(line, open.key))
    const game = this.#isGameOpen ? [gameInvitation] : []
    return {
      me: cleanLine(chat.me),
      highlights: this.highlights,
      protocol: chat.protocol,
      server: this.#server,
      connection: this.#connection,
      open,
      lines: [...shown.slice(-mostLines).map(withoutDeleted), ...outgoing.shown(open.key)],
      waiting: outgoing.count(open.key),
      readUpTo: this.#stops.readUpTo,
      gaps: gapsAbove(shown.slice(-mostLines), model.open, past.isLoading(model.open.title)),
      talks: this.#talks(),
      users: this.#users(),
      here: chat.can.has('users') ? model.roster.users.length : null,
      invitations: [...invitations.list.map(invitationEntry), ...game],
      transfers: model.transfers.list,
      letThrough: this.#talk.tunnels.filter(({ direction }) => direction === 'from').map(({ text }) => text),
      unread: model.conversations.reduce((sum, { unread }) => sum + unread, this.#stops.missed),
      raw: model.raw,
      commands: commandsFor(chat.can),
    }
  }

  #openConversation({ key, title, secrecy }: Conversation): OpenConversation {
    const { chat, model } = this.#talk
    const isDistrusted = key.startsWith('@') && model.distrusts(title.slice(1))
    const how = isDistrusted
      ? 'key changed'
      : key.startsWith('@')
        ? privately(secrecy, chat.can.has('sealing'))
        : key.startsWith('#') && secrecy !== null
          ? secrecyWords[secrecy]
          : 'not sealed'
    return { key, title, protection: how, isProtected: secrecy === 'sealed' && !isDistrusted, isDistrusted }
  }

  /** Whoever is written with, and every group, in the order in which they were first seen. */
  #talks(): readonly Entry[] {
    const { chat, model } = this.#talk
    const talks = new Map(model.conversations.map((conversation) => [conversation.key, conversation]))
    const titles = new Map(
      model.conversations.filter((each) => this.#isListed(each)).map(({ key, title }) => [key, title]),
    )
    for (const group of model.groups.joined) titles.set(`#${group.toLowerCase()}`, `#${group}`)
    for (const key of titles.keys()) this.#order.add(key)
    for (const key of this.#order) if (!titles.has(key)) this.#order.delete(key)
    const canTell = chat.can.has('users')
    return [...this.#order].map((key): Entry => {
      const title = titles.get(key)!
      const isUser = key.startsWith('@')
      const unread = talks.get(key)?.unread ?? 0
      return {
        key,
        title,
        label: title,
        unread,
        isCalled: unread > 0 && (isUser || this.#called.has(key)),
        isMe: false,
        isHere: !isUser || !canTell || model.roster.isHere(title.slice(1)),
        isDistrusted: isUser && model.distrusts(title.slice(1)),
      }
    })
  }

  /** A group that this user is out of goes once it is read, and nobody looks at it any more. */
  #isListed({ key, unread }: Conversation): boolean {
    const { model } = this.#talk
    return !key.startsWith('#') || unread > 0 || key === model.open.key || !model.groups.hasLeft(key.slice(1))
  }

  #users(): readonly Entry[] {
    const { chat, model } = this.#talk
    return model.roster.users.map((name): Entry => {
      const key = `@${name.toLowerCase()}`
      const isMe = name.toLowerCase() === chat.me.toLowerCase()
      const isDistrusted = model.distrusts(name)
      // What is unread stands beside the conversation.
      return { key, title: `@${name}`, label: name, unread: 0, isCalled: false, isMe, isHere: true, isDistrusted }
    })
  }

  #connect(connection: Connection): void {
    this.#connection = connection
    if (connection.is !== 'connected') this.#isGameOpen = false
    this.#changed()
  }

  #heard(line: Line | null): void {
    const { model } = this.#talk
    this.#stops.changed(line)
    this.#called.delete(model.open.key)
    if (line) this.#order.add(line.conversation)
    else this.#talks()
    const isElsewhere = line !== null && line.conversation !== model.open.key
    if (isElsewhere && mentionIn(line, this.highlights) !== null) this.#called.add(line.conversation)
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

function withoutDeleted(line: Line): Line {
  return line.isDeleted ? { ...line, text: '(deleted)' } : line
}

/** The bytes of the wire belong to no conversation. */
function isSeen({ conversation, kind }: Line, open: string): boolean {
  return conversation === open || kind === 'wire'
}

function privately(secrecy: Protection | null, canSeal: boolean): string {
  if (secrecy !== null) return secrecyWords[secrecy]
  return canSeal ? 'sealed where both can' : secrecyWords.plain
}
