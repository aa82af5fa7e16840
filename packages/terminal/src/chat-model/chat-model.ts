import type { Secrecy } from '@parley/client'
import { cleanLine, cleanText } from '../clean-text.ts'
import { Conversations, type Conversation } from './conversations.ts'
import { secrecyWords, type Line, type LineKind } from './line.ts'
import { Transfers } from './transfers.ts'

/** How many lines are kept; past that the oldest tenth is forgotten. */
const mostLines = 5_000
/** Names that a server may fill a list with. */
const mostNames = 10_000

const strength = { plain: 0, weak: 1, sealed: 2 } satisfies Record<Secrecy, number>

/**
 * All that a chat shows, without any drawing: lines, users, groups, conversations. Everything that others wrote is cleaned on its way in. Whoever draws
 * it subscribes, and reads anew when told; `version` grows with every change.
 */
export class ChatModel {
  /** The files under way. */
  readonly transfers = new Transfers(() => this.#changed(null))
  readonly #now: () => number
  readonly #conversations = new Conversations()
  readonly #users = new Map<string, string>()
  readonly #groups = new Map<string, string>()
  readonly #distrusted = new Set<string>()
  readonly #watchers = new Set<(line: Line | null) => void>()
  #lines: Line[] = []
  #nextId = 1
  #version = 0
  /** Whether the bytes of the wire are shown. */
  #raw: boolean

  constructor({ now = Date.now, raw = false }: { readonly now?: () => number; readonly raw?: boolean } = {}) {
    this.#now = now
    this.#raw = raw
  }

  get version(): number {
    return this.#version
  }

  get lines(): readonly Line[] {
    return this.#lines
  }

  /** In alphabetical order. */
  get users(): readonly string[] {
    return inOrder(this.#users)
  }

  /** Those that this user is in, or has seen in a list. */
  get groups(): readonly string[] {
    return inOrder(this.#groups)
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

  /** `run` is called after every change, with the line where there is a new one. Answers how to stop. */
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

  broadcast(from: string, text: string, mine = false): void {
    this.#add({ kind: 'broadcast', title: 'everybody', from, text, mine })
  }

  /** A private message, either way: `user` is the other one. A conversation that gets less secret is warned of. */
  told(user: string, text: string, secrecy: Secrecy, mine: boolean): void {
    const title = `@${user}`
    const before = this.#conversations.protect(title, secrecy)
    if (before !== null && strength[secrecy] < strength[before]) {
      const now = secrecyWords[secrecy]
      this.note('warning', `what ${user} and you write was ${secrecyWords[before]}; from here on it is ${now}`, title)
    }
    this.#add({ kind: 'private', title, from: mine ? null : user, to: mine ? user : null, text, mine, secrecy })
  }

  /** `group` and `from` are null where the protocol does not say. */
  groupSaid(group: string | null, from: string | null, text: string, mine = false): void {
    this.#add({ kind: 'group', title: `#${group ?? ''}`, from, to: group, text, mine })
  }

  letter(from: string, text: string, toAll: boolean): void {
    this.#add({ kind: 'letter', title: toAll ? 'everybody' : `@${from}`, from, text })
  }

  /** What nobody said: an event, an answer, a warning, an error, or bytes of the wire. */
  note(kind: Exclude<LineKind, 'broadcast' | 'private' | 'group' | 'letter'>, text: string, title = 'everybody'): void {
    this.#add({ kind, title, from: null, text, mine: true })
  }

  setUsers(users: readonly string[]): void {
    this.#users.clear()
    for (const user of users.slice(0, mostNames)) this.#users.set(keyOf(user), cleanLine(user))
    this.#changed(null)
  }

  joined(user: string): void {
    if (this.#users.size < mostNames) this.#users.set(keyOf(user), cleanLine(user))
    this.note('event', `${user} is here`)
  }

  left(user: string): void {
    this.#users.delete(keyOf(user))
    this.note('event', `${user} has left`)
  }

  setGroups(groups: readonly string[]): void {
    this.#groups.clear()
    for (const group of groups.slice(0, mostNames)) this.#groups.set(keyOf(group), cleanLine(group))
    this.#changed(null)
  }

  inGroup(group: string, isIn: boolean): void {
    if (isIn) this.#groups.set(keyOf(group), cleanLine(group))
    else this.#groups.delete(keyOf(group))
    this.#changed(null)
  }

  /** Nothing goes to that user until the key is accepted. */
  keyChanged(user: string, safetyNumber: string): void {
    this.#distrusted.add(keyOf(user))
    const name = cleanLine(user)
    this.note(
      'warning',
      `THE KEY OF ${name} HAS CHANGED. Either ${name} has a new client, or somebody sits between you.\n` +
        `Nothing more is sent to ${name}. Ask, by another way, whether this is the number seen there:\n` +
        `${safetyNumber}\nIf it is, /accept-key ${name} accepts the new key.`,
      `@${user}`,
    )
  }

  keyAccepted(user: string): void {
    this.#distrusted.delete(keyOf(user))
    this.#changed(null)
  }

  distrusts(user: string): boolean {
    return this.#distrusted.has(keyOf(user))
  }

  #add(said: {
    readonly kind: LineKind
    readonly title: string
    readonly from: string | null
    readonly to?: string | null
    readonly text: string
    readonly mine?: boolean
    readonly secrecy?: Secrecy
  }): void {
    const { kind, title, from, to = null, mine = false, secrecy = null } = said
    const line: Line = {
      id: this.#nextId++,
      at: this.#now(),
      kind,
      conversation: this.#conversations.heard(title, mine),
      from: from === null ? null : cleanLine(from),
      to: to === null ? null : cleanLine(to),
      mine,
      text: cleanText(said.text),
      secrecy,
    }
    this.#lines.push(line)
    // A fresh array, so that whoever compares what it drew by reference sees the change.
    if (this.#lines.length > mostLines) this.#lines = this.#lines.slice(mostLines / 10)
    this.#changed(line)
  }

  #changed(line: Line | null): void {
    this.#version++
    for (const watch of this.#watchers) watch(line)
  }
}

function keyOf(name: string): string {
  return cleanLine(name).toLowerCase()
}

function inOrder(names: ReadonlyMap<string, string>): readonly string[] {
  return [...names].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, name]) => name)
}
