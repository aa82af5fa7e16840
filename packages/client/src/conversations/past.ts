import type { Chat } from '../chat.ts'
import { ChatError } from '../chat-error.ts'
import type { PageAt, PastMessage } from '../history.ts'
import { conversationKey } from './conversation-list.ts'
import type { ConversationModel } from './conversation-model.ts'
import { conversationOf } from './past-lines.ts'

/** Messages that are loaded at once. */
const pageSize = 50
const mostFound = 50

export interface PastParts {
  readonly chat: Pick<Chat, 'can' | 'history' | 'on' | 'state'>
  readonly model: ConversationModel
}

/**
 * Loads what was said before, where the server keeps it: the newest page of a conversation when it
 * is opened, older ones on demand, and after each connection what is unread.
 */
export class Past {
  readonly #parts: PastParts
  /** Keys of conversations that are being loaded. */
  readonly #loading = new Map<string, Promise<boolean>>()
  /** Keys of conversations whose newest page was asked for. */
  readonly #begun = new Set<string>()

  constructor(parts: PastParts) {
    this.#parts = parts
    const { chat, model } = parts
    chat.on('caught-up', () => void this.#list())
    let open = model.open.key
    model.subscribe(() => {
      if (model.open.key === open) return
      open = model.open.key
      void this.begin(model.open.title)
    })
  }

  /** Whether that conversation is being loaded. */
  isLoading(title: string): boolean {
    return this.#loading.has(conversationKey(title))
  }

  /** The newest page of a conversation, once. Never rejects. */
  async begin(title: string): Promise<void> {
    const key = conversationKey(title)
    if (this.#begun.has(key) || !this.#canLoad(key)) return
    this.#begun.add(key)
    if (!(await this.older(title))) this.#begun.delete(key)
  }

  /**
   * Loads the page before what is here, or closes the latest gap of it. Resolves with whether
   * anything was loaded: false where there is no more, where enough is here, and where the
   * connection broke. Never rejects.
   */
  older(title: string): Promise<boolean> {
    const key = conversationKey(title)
    const known = this.#loading.get(key)
    if (known) return known
    if (!this.#canLoad(key)) return Promise.resolve(false)
    const { model } = this.#parts
    const conversation = model.conversations.find((each) => each.key === key)
    const gap = conversation?.gaps.at(-1)
    const isWhole = conversation !== undefined && conversation.isBegun && !gap
    if (isWhole || !this.#hasRoom(key)) return Promise.resolve(false)
    return this.#load(title, gap ? { before: gap.before } : {})
  }

  /** The messages around one that was found. Never rejects. */
  async around(title: string, seq: number): Promise<boolean> {
    if (!this.#canLoad(conversationKey(title))) return false
    return this.#load(title, { around: seq })
  }

  /** Loads what follows behind that number, where a gap begins. Never rejects. */
  async newer(title: string, seq: number): Promise<boolean> {
    const key = conversationKey(title)
    if (!this.#canLoad(key) || !this.#hasRoom(key)) return false
    return this.#load(title, { after: seq })
  }

  /** The newest first. Rejects with a ChatError. */
  search(text: string, title?: string): Promise<readonly PastMessage[]> {
    const of = title === undefined ? {} : { of: conversationOf(title) }
    return this.#parts.chat.history.search(text, { ...of, limit: mostFound })
  }

  #canLoad(key: string): boolean {
    const { chat } = this.#parts
    return chat.can.has('history') && chat.state === 'connected' && !this.#loading.has(key)
  }

  /** Past so many lines nothing more is loaded: it would drive out what is shown. */
  #hasRoom(key: string): boolean {
    const { history } = this.#parts.model
    return history.count(key) < history.most - pageSize
  }

  #load(title: string, at: PageAt): Promise<boolean> {
    const { chat, model } = this.#parts
    const key = conversationKey(title)
    const of = conversationOf(title)
    const loading = chat.history
      .page(of, at, pageSize)
      .then((page) => {
        model.history.loaded(of, page, at)
        return page.messages.length > 0
      })
      .catch((error: unknown) => {
        // It is loaded in passing: a broken connection is told elsewhere, and nothing is lost.
        if (!(error instanceof ChatError)) throw error
        return false
      })
      .finally(() => {
        this.#loading.delete(key)
        model.touch()
      })
    this.#loading.set(key, loading)
    model.touch()
    return loading
  }

  async #list(): Promise<void> {
    const { chat, model } = this.#parts
    if (!chat.can.has('history')) return
    try {
      model.history.listed(await chat.history.conversations())
      await this.begin(model.open.title)
    } catch (error) {
      if (!(error instanceof ChatError)) throw error
    }
  }
}
