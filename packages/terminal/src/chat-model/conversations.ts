import type { Secrecy } from '@parley/client'
import { cleanLine } from '../clean-text.ts'

/** With everybody, a user or a group. */
export interface Conversation {
  /** `all`, `@user` or `#group`, in lower case. */
  readonly key: string
  /** `everybody`, `@User` or `#Group` as it was first seen. */
  readonly title: string
  readonly unread: number
  /** Of the last private message, either way; null: nothing was sent yet, or it is not with one user. */
  readonly secrecy: Secrecy | null
}

const everybody: Conversation = { key: 'all', title: 'everybody', unread: 0, secrecy: null }
/** A server may invent as many names as it likes. */
const most = 500

/** Which conversations there are, which one is open, and what was not read in the others. */
export class Conversations {
  readonly #all = new Map<string, Conversation>([[everybody.key, everybody]])
  #open = everybody.key

  get list(): readonly Conversation[] {
    return [...this.#all.values()]
  }

  get open(): Conversation {
    return this.#all.get(this.#open) ?? everybody
  }

  /** Opens it, and what is in it counts as read. */
  show(title: string): void {
    const conversation = this.#find(title)
    this.#open = conversation.key
    this.#all.set(conversation.key, { ...conversation, unread: 0 })
  }

  /** Answers the key. */
  heard(title: string, mine: boolean): string {
    const conversation = this.#find(title)
    const { key, unread } = conversation
    if (!mine && key !== this.#open) this.#all.set(key, { ...conversation, unread: unread + 1 })
    return key
  }

  /** Answers what it was before. */
  protect(title: string, secrecy: Secrecy): Secrecy | null {
    const conversation = this.#find(title)
    this.#all.set(conversation.key, { ...conversation, secrecy })
    return conversation.secrecy
  }

  #find(title: string): Conversation {
    const key = title === everybody.title ? everybody.key : cleanLine(title).toLowerCase()
    const known = this.#all.get(key)
    if (known) return known
    const made: Conversation = { key, title: cleanLine(title), unread: 0, secrecy: null }
    this.#all.set(key, made)
    if (this.#all.size > most) this.#forgetOldest()
    return made
  }

  #forgetOldest(): void {
    for (const key of this.#all.keys()) {
      if (key === everybody.key || key === this.#open) continue
      this.#all.delete(key)
      return
    }
  }
}
