import { ChatError } from '../chat-error.ts'
import type { Chat } from '../chat.ts'
import type { Clock } from '../clock.ts'
import type { Conversation } from './conversation-list.ts'
import type { ConversationModel } from './conversation-model.ts'
import { conversationOf } from './past-lines.ts'

/** What is read meanwhile is told with it. */
const togetherMs = 500

/** Tells the server what was read here, so that this user's other devices know of it. */
export class ReadMarks {
  readonly #chat: Pick<Chat, 'can' | 'history' | 'state' | 'on'>
  readonly #model: ConversationModel
  readonly #clock: Clock
  /** By the key of a conversation: up to which number the server knows of it. */
  readonly #told = new Map<string, number>()
  /** Keys of conversations that were looked at, and may have more to tell. */
  readonly #seen = new Set<string>()
  #isLookedAt = true
  #cancel: (() => void) | null = null

  constructor(chat: Pick<Chat, 'can' | 'history' | 'state' | 'on'>, model: ConversationModel, clock: Clock) {
    this.#chat = chat
    this.#model = model
    this.#clock = clock
    model.subscribe(() => this.#look())
    chat.on('caught-up', () => this.#look())
    chat.on('closed', () => this.#cancel?.())
  }

  /** Whether anybody sees the open conversation. What comes while nobody does stays unread. */
  look(isLookedAt: boolean): void {
    this.#isLookedAt = isLookedAt
    this.#look()
  }

  #look(): void {
    if (this.#isLookedAt) this.#seen.add(this.#model.open.key)
    if (this.#cancel || this.#due().length === 0) return
    this.#cancel = this.#clock.after(togetherMs, () => {
      this.#cancel = null
      for (const conversation of this.#due()) void this.#tell(conversation)
      this.#seen.clear()
    })
  }

  #due(): readonly Conversation[] {
    if (this.#chat.state !== 'connected' || !this.#chat.can.has('history')) return []
    return this.#model.conversations.filter(({ key, mark }) => this.#seen.has(key) && mark > (this.#told.get(key) ?? 0))
  }

  async #tell({ key, title, mark }: Conversation): Promise<void> {
    const before = this.#told.get(key) ?? 0
    this.#told.set(key, mark)
    try {
      await this.#chat.history.read(conversationOf(title), mark)
    } catch (error) {
      if (!(error instanceof ChatError)) throw error
      // What was refused is not told again; after a broken connection it is.
      if (error.code === 'closed' || error.code === 'unreachable') {
        this.#told.set(key, before)
        this.#seen.add(key)
      }
    }
  }
}
