import { cleanLine } from '../clean-text.ts'
import type { Gap } from './known-ranges.ts'
import { KnownRanges } from './known-ranges.ts'
import type { Line, Protection } from './line.ts'

/** With everybody, a user or a group. */
export interface Conversation {
  /** `all`, `@user` or `#group`, in lower case. */
  readonly key: string
  /** `everybody`, `@User` or `#Group` as it was first seen. */
  readonly title: string
  /** Messages that were not read, on any device where those share it. */
  readonly unread: number
  /** One of them names this user. */
  readonly isCalled: boolean
  /** The number of the last message of the server's order up to which it is read; 0: none. */
  readonly mark: number
  /** Of the last private message, either way; null: nothing was sent yet, or it is not with one user. */
  readonly secrecy: Protection | null
  /** Something of it is here that the server numbers. */
  readonly isBegun: boolean
  /** Where the server has messages that are not here, the latest gap last. */
  readonly gaps: readonly Gap[]
}

interface Known {
  readonly title: string
  unread: number
  isCalled: boolean
  mark: number
  secrecy: Protection | null
  /** The id of the last line, and of the last one that was read. */
  lastLine: number
  readTo: number
  /** The highest number that was heard or listed. */
  lastSeq: number
  readonly ranges: KnownRanges
}

export const everybody = { key: 'all', title: 'everybody' }
/** A server may invent as many names as it likes. */
const most = 500

/** Which conversations there are, which one is open, and what was not read in the others. */
export class ConversationList {
  readonly #all = new Map<string, Known>([[everybody.key, newlyKnown(everybody.title)]])
  readonly #forgot: (conversation: Conversation) => void
  #open = everybody.key

  /** `forgot` is told of a conversation that had to make way. */
  constructor(forgot: (conversation: Conversation) => void) {
    this.#forgot = forgot
  }

  get list(): readonly Conversation[] {
    return [...this.#all.keys()].flatMap((key) => this.get(key) ?? [])
  }

  get open(): Conversation {
    return this.get(this.#open) ?? this.get(everybody.key)!
  }

  has(key: string): boolean {
    return this.#all.has(key)
  }

  get(key: string): Conversation | undefined {
    const known = this.#all.get(key)
    if (!known) return undefined
    const { title, unread, isCalled, mark, secrecy, ranges } = known
    return { key, title, unread, isCalled, mark, secrecy, isBegun: ranges.first !== null, gaps: ranges.gaps() }
  }

  /** Opens it, and what is in it counts as read. */
  show(title: string): void {
    this.#open = this.keyOf(title)
    this.read(this.#open)
  }

  /** The key of a conversation, which is there from now on. Another one may have to make way. */
  keyOf(title: string): string {
    const key = conversationKey(title)
    if (this.#all.has(key)) return key
    if (this.#all.size >= most) this.#forgetOne()
    this.#all.set(key, newlyKnown(cleanLine(title)))
    return key
  }

  /** A new line belongs to it. `isCall`: it names this user. */
  heard({ conversation: key, mine, id, seq }: Line, isCall: boolean): void {
    const known = this.#all.get(key)
    if (!known) return
    known.lastLine = Math.max(known.lastLine, id)
    if (seq !== undefined && !known.ranges.has(seq)) known.ranges.add(seq)
    const isCounted = seq === undefined || (seq > known.lastSeq && seq > known.mark)
    known.lastSeq = Math.max(known.lastSeq, seq ?? 0)
    if (key === this.#open) {
      known.readTo = known.lastLine
      known.mark = Math.max(known.mark, known.lastSeq)
    }
    if (key === this.#open || mine || !isCounted) return
    known.unread++
    known.isCalled ||= isCall
  }

  /** Whoever uses this has read it to its end. */
  read(key: string): void {
    const known = this.#all.get(key)
    if (!known) return
    known.unread = 0
    known.isCalled = false
    known.readTo = known.lastLine
    known.mark = Math.max(known.mark, known.lastSeq)
  }

  isUnread({ conversation: key, mine, id }: Line): boolean {
    const known = this.#all.get(key)
    return !mine && known !== undefined && known.unread > 0 && id > known.readTo
  }

  /** It was read up to that number on another device; `left`: messages that are here and behind it. */
  marked(key: string, seq: number, left: readonly Line[]): void {
    const known = this.#all.get(key)
    if (!known || seq <= known.mark) return
    known.mark = seq
    if (seq >= known.lastSeq) return this.read(key)
    if (known.ranges.has(seq)) known.unread = left.length
  }

  /** What the server says of it. `newer`: messages that are here and that it does not know of yet. */
  listed(key: string, at: { readonly unread: number; readonly mark: number; readonly lastSeq: number }, newer: number) {
    const known = this.#all.get(key)
    if (!known) return
    known.mark = Math.max(known.mark, at.mark)
    known.lastSeq = Math.max(known.lastSeq, at.lastSeq)
    if (key === this.#open) this.read(key)
    else known.unread = at.unread + newer
  }

  /** All messages with numbers from `from` to `to` are here; without it, all that come as well. */
  known(key: string, from: number, to?: number): void {
    this.#all.get(key)?.ranges.add(from, to)
  }

  /**
   * The line is not kept any more. What the server keeps stays unread; anything else does not count
   * any more.
   */
  dropped(line: Line): void {
    const known = this.#all.get(line.conversation)
    if (!known) return
    if (line.seq !== undefined) known.ranges.forgetBefore(line.seq + 1)
    else if (this.isUnread(line)) known.unread--
  }

  /** Nothing of it is here any more. */
  cleared(key: string): void {
    this.#all.get(key)?.ranges.clear()
  }

  /** Returns what it was before. */
  protect(title: string, secrecy: Protection): Protection | null {
    const known = this.#all.get(this.keyOf(title))
    const before = known?.secrecy ?? null
    if (known) known.secrecy = secrecy
    return before
  }

  /** It is there again when something is said in it. Everybody's stays. */
  close(key: string): void {
    if (key === everybody.key) return
    this.#all.delete(key)
    if (this.#open === key) this.#open = everybody.key
  }

  /** What was read goes before what was not, groups before private messages, and then what was silent for longest. */
  #forgetOne(): void {
    let worst: { readonly key: string; readonly rank: number; readonly lastLine: number } | undefined
    for (const [key, { unread, lastLine }] of this.#all) {
      if (key === everybody.key || key === this.#open) continue
      const rank = (unread > 0 ? 2 : 0) + (key.startsWith('@') ? 1 : 0)
      const isWorse = !worst || rank < worst.rank || (rank === worst.rank && lastLine < worst.lastLine)
      if (isWorse) worst = { key, rank, lastLine }
    }
    const forgotten = worst && this.get(worst.key)
    if (!forgotten) return
    this.#all.delete(forgotten.key)
    this.#forgot(forgotten)
  }
}

export function conversationKey(title: string): string {
  return title === everybody.title ? everybody.key : cleanLine(title).toLowerCase()
}

function newlyKnown(title: string): Known {
  return {
    title,
    unread: 0,
    isCalled: false,
    mark: 0,
    secrecy: null,
    lastLine: 0,
    readTo: 0,
    lastSeq: 0,
    ranges: new KnownRanges(),
  }
}
