import { cleanLine } from '../clean-text.ts'
import type { Line, Protection } from './line.ts'

/** With everybody, a user or a group. */
export interface Conversation {
  /** `all`, `@user` or `#group`, in lower case. */
  readonly key: string
  /** `everybody`, `@User` or `#Group` as it was first seen. */
  readonly title: string
  /** As many of its lines as were not read and are kept. */
  readonly unread: number
  /** The number of the last line that was read; 0: none was. */
  readonly readTo: number
  /** Of the last private message, either way; null: nothing was sent yet, or it is not with one user. */
  readonly secrecy: Protection | null
}

const everybody: Conversation = { key: 'all', title: 'everybody', unread: 0, readTo: 0, secrecy: null }
/** A server may invent as many names as it likes. */
const most = 500

/** Which conversations there are, which one is open, and what was not read in the others. */
export class Conversations {
  readonly #all = new Map<string, Conversation>([[everybody.key, everybody]])
  /** By key: the number of the last line. */
  readonly #lastLine = new Map<string, number>()
  readonly #forgot: (conversation: Conversation) => void
  #open = everybody.key

  /** `forgot` is told of a conversation that had to make way. */
  constructor(forgot: (conversation: Conversation) => void) {
    this.#forgot = forgot
  }

  get list(): readonly Conversation[] {
    return [...this.#all.values()]
  }

  get open(): Conversation {
    return this.#all.get(this.#open) ?? everybody
  }

  /** Opens it, and what is in it counts as read. */
  show(title: string): void {
    const conversation = this.#find(title)
    const { key } = conversation
    this.#open = key
    this.#all.set(key, { ...conversation, unread: 0, readTo: this.#lastLine.get(key) ?? conversation.readTo })
  }

  /** The key of a conversation, which is there from now on. Another one may have to make way. */
  keyOf(title: string): string {
    return this.#find(title).key
  }

  /** A line with this number belongs to it. */
  heard(key: string, mine: boolean, id: number): void {
    const conversation = this.#all.get(key)
    if (!conversation) return
    this.#lastLine.set(key, id)
    if (key === this.#open) this.#all.set(key, { ...conversation, readTo: id })
    else if (!mine) this.#all.set(key, { ...conversation, unread: conversation.unread + 1 })
  }

  isUnread({ conversation: key, mine, id }: Line): boolean {
    const conversation = this.#all.get(key)
    return !mine && conversation !== undefined && conversation.unread > 0 && id > conversation.readTo
  }

  /** The line is not kept any more: it does not count as unread either. */
  dropped(line: Line): void {
    const conversation = this.#all.get(line.conversation)
    if (!conversation || !this.isUnread(line)) return
    this.#all.set(conversation.key, { ...conversation, unread: conversation.unread - 1 })
  }

  /** Returns what it was before. */
  protect(title: string, secrecy: Protection): Protection | null {
    const conversation = this.#find(title)
    this.#all.set(conversation.key, { ...conversation, secrecy })
    return conversation.secrecy
  }

  /** It is there again when something is said in it. Everybody's stays. */
  close(key: string): void {
    if (key === everybody.key) return
    this.#all.delete(key)
    this.#lastLine.delete(key)
    if (this.#open === key) this.#open = everybody.key
  }

  #find(title: string): Conversation {
    const key = title === everybody.title ? everybody.key : cleanLine(title).toLowerCase()
    const known = this.#all.get(key)
    if (known) return known
    const made: Conversation = { ...everybody, key, title: cleanLine(title) }
    if (this.#all.size >= most) this.#forgetOne()
    this.#all.set(key, made)
    return made
  }

  /** What was read goes before what was not, groups before private messages, and then what was silent for longest. */
  #forgetOne(): void {
    const rank = ({ key, unread }: Conversation) => (unread > 0 ? 2 : 0) + (key.startsWith('@') ? 1 : 0)
    const lastOf = ({ key }: Conversation) => this.#lastLine.get(key) ?? 0
    const [first, ...others] = this.list.filter(({ key }) => key !== everybody.key && key !== this.#open)
    if (!first) return
    const worst = others.reduce((one, other) => {
      const order = rank(other) - rank(one) || lastOf(other) - lastOf(one)
      return order < 0 ? other : one
    }, first)
    this.#all.delete(worst.key)
    this.#lastLine.delete(worst.key)
    this.#forgot(worst)
  }
}
