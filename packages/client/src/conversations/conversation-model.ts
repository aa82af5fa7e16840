import { cleanLine, cleanText } from '../clean-text.ts'
import type { Stamp } from '../stamp.ts'
import { conversationKey, ConversationList, type Conversation } from './conversation-list.ts'
import { GroupList } from './group-list.ts'
import { KeptHistory } from './kept-history.ts'
import { KeptLines } from './kept-lines.ts'
import { GroupSeals, protectionWords } from './group-seals.ts'
import { KeyAlarms } from './key-alarms.ts'
import { secrecyWords, type Line, type LineKind, type Protection } from './line.ts'
import { mentionIn } from './mentions.ts'
import { keyOf } from './names.ts'
import type { LineDraft } from './past-lines.ts'
import { Movements } from './movements.ts'
import { Roster } from './roster.ts'
import { Transfers } from './transfers.ts'

const strength = { plain: 0, weak: 1, unchecked: 2, unsigned: 2, sealed: 2 } satisfies Record<Protection, number>

export interface ConversationModelOptions {
  readonly now?: () => number
  /** This user's name. */
  readonly me?: () => string
  /** Whoever says one of these words calls. Default: the name. */
  readonly highlights?: () => readonly string[]
  readonly raw?: boolean
  /** Lines of one conversation that are kept. Default: 5,000. */
  readonly mostLines?: number
  /** What somebody does to accept a key that has changed. Default: the command of the terminal. */
  readonly acceptKeyHint?: (user: string) => string
  /** False where lines are printed, which cannot be changed any more. Default: true. */
  readonly folds?: boolean
}

/** What is said of a message beside its text. */
export interface Told {
  readonly mine?: boolean
  readonly stamp?: Stamp | undefined
}

export interface ToldInGroup extends Told {
  readonly mayBe?: readonly string[]
  /** Absent: nothing can be sealed there. */
  readonly secrecy?: 'sealed' | 'plain' | undefined
}

/**
 * All that a chat shows, without any drawing: lines, users, groups, conversations. Everything that
 * others wrote is cleaned on its way in. Whoever draws it subscribes, and reads anew when told;
 * `version` grows with every change. It is the same for every protocol; what a server numbers stands
 * in the order of its numbers, once.
 */
export class ConversationModel {
  /** The files under way. */
  readonly transfers: Transfers
  readonly roster = new Roster(() => this.touch())
  readonly groups = new GroupList(() => this.touch())
  /** What the server keeps, and says of it. */
  readonly history: KeptHistory
  readonly #now: () => number
  readonly #highlights: () => readonly string[]
  readonly #movements: Movements
  readonly #conversations = new ConversationList((forgotten) => this.#forgot(forgotten))
  readonly #lines: KeptLines
  readonly #alarms: KeyAlarms
  readonly #seals = new GroupSeals()
  readonly #watchers = new Set<(line: Line | null) => void>()
  /** Private messages that nobody read, of conversations that had to make way. */
  #forgotten = 0
  #version = 0
  /** Whether the bytes of the wire are shown. */
  #raw: boolean

  constructor({
    now = Date.now,
    me = () => '',
    highlights = () => [me()],
    raw = false,
    folds = true,
    mostLines = 5_000,
    acceptKeyHint = (user) => `/accept-key ${user} accepts the new key`,
  }: ConversationModelOptions = {}) {
    this.#now = now
    this.#highlights = highlights
    this.#raw = raw
    this.#lines = new KeptLines((line) => this.#conversations.isUnread(line), mostLines)
    this.#alarms = new KeyAlarms(this, { hasPlaces: folds, acceptKeyHint })
    this.history = new KeptHistory({
      lines: this.#lines,
      conversations: this.#conversations,
      me,
      isHidden: (user) => this.roster.isIgnored(user),
      insert: (draft, stamp) => this.#keep(this.#line(draft, stamp)),
      changed: () => this.touch(),
    })
    this.transfers = new Transfers(() => this.touch(), now)
    this.#movements = new Movements(
      {
        lastLine: () => this.lines.findLast(({ conversation }) => conversation === 'all')?.id ?? null,
        add: (text) => this.note('event', text),
        revise: (id, text) => this.revise(id, text),
      },
      folds,
    )
  }

  get version(): number {
    return this.#version
  }

  /** In the order of their ids. */
  get lines(): readonly Line[] {
    return this.#lines.all
  }

  get conversations(): readonly Conversation[] {
    return this.#conversations.list
  }

  get open(): Conversation {
    return this.#conversations.open
  }

  /** Whether a conversation with this title is there, or whoever it is with. */
  knows(title: string): boolean {
    const key = conversationKey(title)
    if (this.#conversations.has(key)) return true
    if (title.startsWith('@')) return this.roster.isHere(title.slice(1))
    return title.startsWith('#') && this.groups.joined.some((group) => keyOf(`#${group}`) === key)
  }

  get raw(): boolean {
    return this.#raw
  }

  now(): number {
    return this.#now()
  }

  /** Something changed that is shown and not kept here. */
  touch(): void {
    this.#changed(null)
  }

  /**
   * `run` is called after every change, with the line where there is a new one. What is loaded from
   * before is no new line. Returns how to stop.
   */
  subscribe(run: (line: Line | null) => void): () => void {
    this.#watchers.add(run)
    return () => void this.#watchers.delete(run)
  }

  /** `everybody`, `@user` or `#group`. */
  show(title: string): void {
    this.#conversations.show(title)
    this.touch()
  }

  showRaw(raw: boolean): void {
    this.#raw = raw
    this.touch()
  }

  /** The conversation is not listed any more, and what was said there is forgotten. */
  close(title: string): void {
    this.clear(title)
    this.#conversations.close(conversationKey(title))
    this.touch()
  }

  /** Forgets what was said there. */
  clear(title: string): void {
    this.#lines.forget(conversationKey(title))
    this.#conversations.cleared(conversationKey(title))
    this.touch()
  }

  broadcast(from: string, text: string, { mine = false, stamp }: Told = {}): void {
    if (!mine && this.roster.isIgnored(from)) return
    this.#add({ kind: 'broadcast', title: 'everybody', from, text, mine }, stamp)
  }

  /** A private message, either way: `user` is the other one. A conversation that gets less secret is warned of. */
  told(user: string, text: string, secrecy: Protection, { mine = false, stamp }: Told = {}): void {
    if (!mine && this.roster.isIgnored(user)) return
    const title = `@${user}`
    const before = this.#conversations.protect(title, secrecy)
    if (before !== null && strength[secrecy] < strength[before]) {
      const now = secrecyWords[secrecy]
      this.note('warning', `what ${user} and you write was ${secrecyWords[before]}; from here on it is ${now}`, title)
    }
    this.#add({ kind: 'private', title, from: mine ? null : user, to: mine ? user : null, text, mine, secrecy }, stamp)
  }

  /** The key of that user came and is the right one: what they wrote before is theirs. */
  checked(user: string): void {
    const key = `@${keyOf(user)}`
    const conversation = this.#conversations.get(key)
    if (!conversation) return
    if (conversation.secrecy === 'unchecked') this.#conversations.protect(conversation.title, 'sealed')
    for (const line of this.lines) {
      if (line.conversation !== key || line.secrecy !== 'unchecked') continue
      this.#lines.revise(line.id, (found) => ({ ...found, secrecy: 'sealed' }))
    }
    this.touch()
  }

  /**
   * `from` is null where the protocol does not say. Where it does not say the group, `group` is null,
   * and it is shown in one that it may be of: the open one, or the one where something was said last,
   * so that it can be answered.
   */
  groupSaid(
    group: string | null,
    from: string | null,
    text: string,
    { mine = false, stamp, mayBe = [], secrecy }: ToldInGroup = {},
  ): void {
    if (!mine && from !== null && this.roster.isIgnored(from)) return
    const title = group === null ? this.#likeliest(mayBe) : `#${group}`
    if (group !== null && secrecy) {
      this.#conversations.protect(title, secrecy)
      if (from !== null && this.#seals.isOdd(group, from, secrecy)) {
        this.note('warning', `${mine ? 'you write' : `${cleanLine(from)} writes`} plain here, where others seal`, title)
      }
    }
    const draft = { kind: 'group', title, from, to: group, text, mine } as const
    this.#add({ ...draft, ...(secrecy && { secrecy }), ...(group === null && { mayBe }) }, stamp)
  }

  /** How what this user writes in a group goes from here on, and because of whom. */
  groupProtected(group: string, isSealed: boolean, without: readonly string[]): void {
    const what = protectionWords(isSealed, without)
    this.note(isSealed && without.length === 0 ? 'event' : 'warning', what, `#${group}`)
  }

  fromMailbox(from: string, text: string, toAll: boolean): void {
    this.#add({ kind: 'mailbox', title: toAll ? 'everybody' : `@${from}`, from, text })
  }

  /** What nobody said: an event, an answer, a warning, an error, or bytes of the wire. Returns its id. */
  note(
    kind: Exclude<LineKind, 'broadcast' | 'private' | 'group' | 'mailbox' | 'unsent'>,
    text: string,
    title = 'everybody',
    stamp?: Stamp,
  ): number {
    // What happens in another conversation is news there; who comes and goes, and what is answered, is not.
    return this.#add({ kind, title, from: null, text, mine: kind === 'answer' || title === 'everybody' }, stamp)
  }

  /** What a line said is not so any more: it says something else from now on, or is gone. */
  revise(id: number, text: string | null): void {
    this.#lines.revise(id, (line) => (text === null ? null : { ...line, text: cleanText(text) }))
    this.touch()
  }

  joined(user: string): void {
    this.roster.set(user, true)
    this.#movements.moved('joined', cleanLine(user))
  }

  left(user: string): void {
    this.roster.set(user, false)
    this.#movements.moved('left', cleanLine(user))
  }

  /** Nothing goes to that user until the key is accepted. */
  keyChanged(user: string, safetyNumber: string): void {
    this.#alarms.raise(user, safetyNumber)
  }

  keyAccepted(user: string): void {
    this.#alarms.accept(user)
    this.touch()
  }

  distrusts(user: string): boolean {
    return this.#alarms.distrusts(user)
  }

  #likeliest(groups: readonly string[]): string {
    const keys = new Set(groups.map((group) => `#${keyOf(group)}`))
    if (keys.has(this.open.key)) return this.open.title
    const last = this.lines.findLast(({ conversation }) => keys.has(conversation))?.conversation
    const likeliest = groups.find((group) => `#${keyOf(group)}` === last) ?? groups[0]
    return likeliest === undefined ? 'everybody' : `#${likeliest}`
  }

  /** A new line; one with a number that is here already is the same line. */
  #add(draft: LineDraft, stamp?: Stamp): number {
    // It may make another conversation go, of which a line tells first.
    const key = this.#conversations.keyOf(draft.title)
    const known = stamp && this.#lines.withSeq(key, stamp.seq)
    if (known) return known.id
    const line = this.#line(draft, stamp)
    this.#conversations.heard(line, mentionIn(line, this.#highlights()) !== null)
    this.#keep(line)
    this.#changed(line)
    return line.id
  }

  #line(draft: LineDraft, stamp: Stamp | undefined): Line {
    const { kind, title, from, to = null, mine = false, secrecy = null, mayBe, isDeleted } = draft
    const conversation = this.#conversations.keyOf(title)
    return {
      id: this.#lines.idFor(conversation, stamp?.seq),
      at: stamp?.at ?? this.#now(),
      kind,
      conversation,
      from: from === null ? null : cleanLine(from),
      to: to === null ? null : cleanLine(to),
      mine,
      text: cleanText(draft.text),
      secrecy,
      ...(stamp && { seq: stamp.seq }),
      ...(isDeleted && { isDeleted }),
      ...(mayBe && { mayBe: mayBe.map(cleanLine) }),
    }
  }

  #keep(line: Line): void {
    for (const dropped of this.#lines.add(line)) this.#conversations.dropped(dropped)
  }

  /** Its lines go with it. That some of them were not read is said, but not for each of thousands. */
  #forgot({ key, unread }: Conversation): void {
    this.#lines.forget(key)
    if (unread === 0 || !key.startsWith('@')) return
    const before = this.#forgotten
    this.#forgotten += unread
    if (Math.ceil(Math.log10(before + 1)) === Math.ceil(Math.log10(this.#forgotten + 1))) return
    const what = this.#forgotten === 1 ? 'a private message that was' : `${this.#forgotten} private messages that were`
    this.note('warning', `too many people write at once: ${what} not read had to be forgotten`)
  }

  #changed(line: Line | null): void {
    this.#version++
    for (const watch of this.#watchers) watch(line)
  }
}
