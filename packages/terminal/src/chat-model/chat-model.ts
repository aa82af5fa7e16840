import { cleanLine, cleanText } from '../clean-text.ts'
import { Conversations, type Conversation } from './conversations.ts'
import { KeptLines } from './kept-lines.ts'
import { KeyAlarms } from './key-alarms.ts'
import { secrecyWords, type Line, type LineKind, type Protection } from './line.ts'
import { keyOf, Names } from './names.ts'
import { movedOn, movementText, nobody, type MovementLine } from './presence.ts'
import { Transfers } from './transfers.ts'

const strength = { plain: 0, weak: 1, unchecked: 2, unsigned: 2, sealed: 2 } satisfies Record<Protection, number>

export interface ChatModelOptions {
  readonly now?: () => number
  readonly raw?: boolean
  /** False where lines are printed, which cannot be changed any more. Default: true. */
  readonly folds?: boolean
}

/**
 * All that a chat shows, without any drawing: lines, users, groups, conversations. Everything that others wrote is cleaned on its way in. Whoever draws
 * it subscribes, and reads anew when told; `version` grows with every change.
 */
export class ChatModel {
  /** The files under way. */
  readonly transfers: Transfers
  readonly #now: () => number
  /** Who comes and goes is told in one line as long as nothing is said between. */
  readonly #folds: boolean
  readonly #conversations = new Conversations((forgotten) => this.#forgot(forgotten))
  readonly #lines = new KeptLines((line) => this.#conversations.isUnread(line))
  readonly #users = new Names()
  readonly #groups = new Names()
  readonly #listedGroups = new Names()
  readonly #leftGroups = new Names()
  readonly #ignored = new Names()
  readonly #alarms: KeyAlarms
  readonly #watchers = new Set<(line: Line | null) => void>()
  /** Private messages that nobody read, of conversations that had to make way. */
  #forgotten = 0
  #nextId = 1
  #movement: MovementLine | null = null
  #version = 0
  /** Whether the bytes of the wire are shown. */
  #raw: boolean

  constructor({ now = Date.now, raw = false, folds = true }: ChatModelOptions = {}) {
    this.#now = now
    this.#raw = raw
    this.#folds = folds
    this.#alarms = new KeyAlarms(this, { hasPlaces: folds })
    this.transfers = new Transfers(() => this.#changed(null), now)
  }

  get version(): number {
    return this.#version
  }

  get lines(): readonly Line[] {
    return this.#lines.all
  }

  /** In alphabetical order. */
  get users(): readonly string[] {
    return this.#users.list
  }

  /** Those that this user is in. */
  get groups(): readonly string[] {
    return this.#groups.list
  }

  /** Those that this user is in, or has seen in a list. */
  get knownGroups(): readonly string[] {
    const all = new Names()
    all.replace([...this.#listedGroups.list, ...this.#groups.list])
    return all.list
  }

  /** Whether this user was in that group, and is not any more. */
  hasLeft(group: string): boolean {
    return this.#leftGroups.has(group)
  }

  /** Users of whom nothing is shown. */
  get ignored(): readonly string[] {
    return this.#ignored.list
  }

  get conversations(): readonly Conversation[] {
    return this.#conversations.list
  }

  get open(): Conversation {
    return this.#conversations.open
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

  /** `run` is called after every change, with the line where there is a new one. Returns how to stop. */
  subscribe(run: (line: Line | null) => void): () => void {
    this.#watchers.add(run)
    return () => void this.#watchers.delete(run)
  }

  /** `everybody`, `@user` or `#group`. */
  show(title: string): void {
    this.#conversations.show(title)
    this.#changed(null)
  }

  showRaw(raw: boolean): void {
    this.#raw = raw
    this.#changed(null)
  }

  /** The conversation is not listed any more, and what was said there is forgotten. */
  close(title: string): void {
    this.clear(title)
    this.#conversations.close(conversationKey(title))
    this.#changed(null)
  }

  /** Forgets what was said there. */
  clear(title: string): void {
    const key = conversationKey(title)
    this.#lines.forget(key)
    this.#changed(null)
  }

  isIgnored(user: string): boolean {
    return this.#ignored.has(user)
  }

  ignore(user: string, isIgnored: boolean): void {
    this.#ignored.set(user, isIgnored)
    this.#changed(null)
  }

  broadcast(from: string, text: string, mine = false): void {
    if (!mine && this.isIgnored(from)) return
    this.#add({ kind: 'broadcast', title: 'everybody', from, text, mine })
  }

  /** A private message, either way: `user` is the other one. A conversation that gets less secret is warned of. */
  told(user: string, text: string, secrecy: Protection, mine: boolean): void {
    if (!mine && this.isIgnored(user)) return
    const title = `@${user}`
    const before = this.#conversations.protect(title, secrecy)
    if (before !== null && strength[secrecy] < strength[before]) {
      const now = secrecyWords[secrecy]
      this.note('warning', `what ${user} and you write was ${secrecyWords[before]}; from here on it is ${now}`, title)
    }
    this.#add({ kind: 'private', title, from: mine ? null : user, to: mine ? user : null, text, mine, secrecy })
  }

  /** The key of that user came and is the right one: what they wrote before is theirs. */
  checked(user: string): void {
    const key = `@${keyOf(user)}`
    const conversation = this.conversations.find((each) => each.key === key)
    if (!conversation) return
    if (conversation.secrecy === 'unchecked') this.#conversations.protect(conversation.title, 'sealed')
    for (const line of this.lines) {
      if (line.conversation !== key || line.secrecy !== 'unchecked') continue
      this.#lines.revise(line.id, (found) => ({ ...found, secrecy: 'sealed' }))
    }
    this.#changed(null)
  }

  /**
   * `from` is null where the protocol does not say. Where it does not say the group, `group` is null, and it is shown in one that it may be of: the open
   * one, or the one where something was said last, so that it can be answered.
   */
  groupSaid(
    group: string | null,
    from: string | null,
    text: string,
    mine = false,
    mayBe: readonly string[] = [],
  ): void {
    if (!mine && from !== null && this.isIgnored(from)) return
    const title = group === null ? this.#likeliest(mayBe) : `#${group}`
    this.#add({ kind: 'group', title, from, to: group, text, mine, ...(group === null && { mayBe }) })
  }

  letter(from: string, text: string, toAll: boolean): void {
    this.#add({ kind: 'letter', title: toAll ? 'everybody' : `@${from}`, from, text })
  }

  /** What nobody said: an event, an answer, a warning, an error, or bytes of the wire. */
  note(
    kind: Exclude<LineKind, 'broadcast' | 'private' | 'group' | 'letter' | 'unsent'>,
    text: string,
    title = 'everybody',
  ): number {
    // What happens in another conversation is news there; who comes and goes, and what is answered, is not.
    return this.#add({ kind, title, from: null, text, mine: kind === 'answer' || title === 'everybody' })
  }

  /** What a line said is not so any more: it says something else from now on, or is gone. */
  revise(id: number, text: string | null): void {
    this.#lines.revise(id, (line) => (text === null ? null : { ...line, text: cleanText(text) }))
    this.#changed(null)
  }

  setUsers(users: readonly string[]): void {
    this.#users.replace(users)
    this.#changed(null)
  }

  joined(user: string): void {
    this.#users.set(user, true)
    this.#moved('joined', user)
  }

  /** Whoever speaks is here, whatever the last list of users said. */
  spoke(user: string): void {
    if (this.#users.has(user)) return
    this.#users.set(user, true)
    this.#changed(null)
  }

  left(user: string): void {
    this.#users.set(user, false)
    this.#moved('left', user)
  }

  /** All that there are. One that is not among them has nobody in it any more. */
  setGroups(groups: readonly string[]): void {
    this.#listedGroups.replace(groups)
    this.#groups.replace(this.groups.filter((group) => this.#listedGroups.has(group)))
    this.#changed(null)
  }

  inGroup(group: string, isIn: boolean): void {
    this.#groups.set(group, isIn)
    this.#leftGroups.set(group, !isIn)
    this.#changed(null)
  }

  /** Nothing goes to that user until the key is accepted. */
  keyChanged(user: string, safetyNumber: string): void {
    this.#alarms.raise(user, safetyNumber)
  }

  keyAccepted(user: string): void {
    this.#alarms.accept(user)
    this.#changed(null)
  }

  distrusts(user: string): boolean {
    return this.#alarms.distrusts(user)
  }

  #moved(how: 'joined' | 'left', user: string): void {
    const last = this.#folds ? this.lines.findLast(({ conversation }) => conversation === 'all') : undefined
    const before = last && last.id === this.#movement?.id ? this.#movement : null
    const who = movedOn(before?.who ?? nobody, how, cleanLine(user))
    if (!before || !who) {
      const alone = movedOn(nobody, how, cleanLine(user)) ?? nobody
      this.#movement = { id: this.note('event', movementText(alone)), who: alone }
      return
    }
    const text = movementText(who)
    this.#movement = text === '' ? null : { id: before.id, who }
    this.revise(before.id, text === '' ? null : text)
  }

  #likeliest(groups: readonly string[]): string {
    const keys = new Set(groups.map((group) => `#${keyOf(group)}`))
    if (keys.has(this.open.key)) return this.open.title
    const last = this.lines.findLast(({ conversation }) => keys.has(conversation))?.conversation
    const likeliest = groups.find((group) => `#${keyOf(group)}` === last) ?? groups[0]
    return likeliest === undefined ? 'everybody' : `#${likeliest}`
  }

  #add(said: {
    readonly kind: LineKind
    readonly title: string
    readonly from: string | null
    readonly to?: string | null
    readonly text: string
    readonly mine?: boolean
    readonly secrecy?: Protection
    readonly mayBe?: readonly string[]
  }): number {
    const { kind, title, from, to = null, mine = false, secrecy = null, mayBe } = said
    // It may make another conversation go, of which a line tells first.
    const conversation = this.#conversations.keyOf(title)
    const id = this.#nextId++
    this.#conversations.heard(conversation, mine, id)
    const line: Line = {
      id,
      at: this.#now(),
      kind,
      conversation,
      from: from === null ? null : cleanLine(from),
      to: to === null ? null : cleanLine(to),
      mine,
      text: cleanText(said.text),
      secrecy,
      ...(mayBe && { mayBe: mayBe.map(cleanLine) }),
    }
    for (const dropped of this.#lines.add(line)) this.#conversations.dropped(dropped)
    this.#changed(line)
    return line.id
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

function conversationKey(title: string): string {
  return title === 'everybody' ? 'all' : keyOf(title)
}
