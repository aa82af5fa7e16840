import { ChatError } from '../src/chat-error.ts'
import type { Chat } from '../src/chat.ts'
import { Emitter } from '../src/emitter.ts'
import type { ChatEvents } from '../src/events.ts'
import type { History, ListedConversation, Page, PageAt, PastMessage } from '../src/history.ts'
import type { ConversationId, Stamp } from '../src/stamp.ts'

/** A message of a server that keeps it. */
export function past(seq: number, text: string, from = 'bob', of: ConversationId = '*'): PastMessage {
  const body = { kind: 'text', text, secrecy: 'plain' } as const
  return { of, from, stamp: stampOf(seq), body }
}

export function stampOf(seq: number, nonce: string | null = null): Stamp {
  return { seq, at: seq * 1_000, kept: true, nonce }
}

/** A chat of `ann` with a history that a test fills, for what the conversations need of a chat. */
export class FakeHistoryChat {
  readonly can = new Set(['say', 'tell', 'groups', 'users', 'history'] as const)
  readonly me = 'ann'
  state: Chat['state'] = 'connected'
  isCaughtUp = true
  kept: PastMessage[] = []
  listed: readonly ListedConversation<PastMessage>[] = []
  readonly marks: [ConversationId, number][] = []
  /** What was asked for. */
  readonly pages: [ConversationId, PageAt][] = []
  isBroken = false
  readonly #events = new Emitter<ChatEvents>()

  readonly on: Chat['on'] = (event, run) => this.#events.on(event, run)

  emit<K extends keyof ChatEvents>(event: K, what: ChatEvents[K]): void {
    this.#events.emit(event, what)
  }

  readonly history: History<PastMessage> = {
    page: async (of, at, limit) => this.#page(of, at, limit),
    search: async (text) =>
      this.kept.filter(({ body }) => body.kind === 'text' && body.text.includes(text)).toReversed(),
    conversations: async () => this.listed,
    read: async (of, seq) => {
      if (this.isBroken) throw new ChatError('closed', 'broken')
      this.marks.push([of, seq])
    },
    received: async () => {},
    delete: async () => {},
    export: async function* () {},
  }

  #page(of: ConversationId, at: PageAt, limit: number): Page<PastMessage> {
    if (this.isBroken) throw new ChatError('closed', 'broken')
    this.pages.push([of, at])
    const all = this.kept.filter((each) => each.of === of)
    if ('after' in at) {
      const behind = all.filter(({ stamp }) => stamp.seq > at.after)
      return { messages: behind.slice(0, limit), more: { before: true, after: behind.length > limit } }
    }
    const before = 'before' in at ? all.filter(({ stamp }) => stamp.seq < at.before) : all
    if (!('around' in at)) {
      return {
        messages: before.slice(-limit),
        more: { before: before.length > limit, after: before.length < all.length },
      }
    }
    const middle = all.findIndex(({ stamp }) => stamp.seq >= at.around)
    const from = Math.max(0, middle - Math.floor(limit / 2))
    const to = Math.min(all.length, from + limit)
    return { messages: all.slice(from, to), more: { before: from > 0, after: to < all.length } }
  }
}
