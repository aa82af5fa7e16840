import { everyone, groupConversation, kindOf, partiesOf, type ConversationKey } from '../src/conversation.ts'
import type { KeptMessage } from '../src/kept-message.ts'
import { keyOf, type NameKey } from '../src/names.ts'
import type {
  ConversationSummary,
  HistoryPage,
  HistoryPosition,
  HistorySearch,
  HistoryStretch,
  Reader,
} from '../src/ports/history-store.ts'
import { utf8Bytes } from '../src/text.ts'
import type { HistoryPrune, Write } from '../src/writes.ts'

interface Stay {
  readonly group: NameKey
  readonly user: NameKey
  readonly begin: number
  end: number | null
}

type HistoryWrite = Extract<
  Write,
  { write: 'history.put' | 'history.delete' | 'history.prune' | 'stay.begin' | 'stay.end' }
>

const words = /[\p{L}\p{N}]+/gu

/** History in memory: the plainest that there can be. Reference for the durable ones. */
export class MemoryHistory {
  readonly messages = new Map<number, KeptMessage>()
  #stays: Stay[] = []
  /** The last number of each conversation that was pruned. */
  readonly #pruned = new Map<ConversationKey, number>()

  carryOut(write: HistoryWrite): void {
    switch (write.write) {
      case 'history.put':
        if (!this.messages.has(write.message.seq)) this.messages.set(write.message.seq, write.message)
        break
      case 'history.delete': {
        const message = this.messages.get(write.seq)
        if (!message || message.kind === 'deleted') break
        this.messages.set(write.seq, { ...message, kind: 'deleted', text: '', sessionKey: null })
        break
      }
      case 'history.prune':
        this.#prune(write.prune)
        break
      case 'stay.begin': {
        const { group, user, seq: begin } = write
        if (!this.#openStay(group, user)) this.#stays.push({ group, user, begin, end: null })
        break
      }
      case 'stay.end': {
        const stay = this.#openStay(write.group, write.user)
        if (stay) stay.end = write.seq
        break
      }
    }
  }

  /** What an account wrote, its private messages and its stays. */
  removeAccount(account: NameKey): void {
    for (const [seq, message] of this.messages) {
      if ((keyOf(message.from) === account && !message.guest) || isOfTwo(message.conversation, account)) {
        this.messages.delete(seq)
      }
    }
    this.#stays = this.#stays.filter(({ user }) => user !== account)
  }

  history(reader: Reader, of: ConversationKey, at: HistoryPosition, limit: number): HistoryPage {
    const all = this.#sorted().filter((message) => message.conversation === of && this.#mayRead(reader, message))
    const end = at === 'end' ? all.length : this.#index(all, at)
    const from = at === 'end' || 'before' in at ? end - limit : 'after' in at ? end : end - Math.floor(limit / 2)
    const first = Math.max(from, 0)
    const last = at !== 'end' && 'around' in at ? first + limit : Math.min(from + limit, all.length)
    const messages = all.slice(first, Math.max(last, first))
    return { messages, more: { before: first > 0, after: first + messages.length < all.length } }
  }

  since(reader: Reader, after: number, limit: number, committed: number): HistoryStretch {
    return this.#stretch(reader, after, limit, committed, () => true)
  }

  export(reader: Reader, after: number, limit: number, committed: number): HistoryStretch {
    return this.#stretch(reader, after, limit, committed, (message) => isOwn(reader, message))
  }

  search(reader: Reader, { text, of, before, limit }: HistorySearch): readonly KeptMessage[] {
    const wanted = wordsOf(text)
    const last = wanted.pop()
    if (last === undefined) return []
    const has = (message: KeptMessage) => {
      const said = wordsOf(message.text)
      return wanted.every((word) => said.includes(word)) && said.some((word) => word.startsWith(last))
    }
    return this.#sorted()
      .filter((message) => message.kind === 'text' && (of === null || message.conversation === of))
      .filter((message) => (before === null || message.seq < before) && this.#mayRead(reader, message) && has(message))
      .toReversed()
      .slice(0, limit)
  }

  /** `marks`: up to where the reader has read. */
  conversations(reader: Reader, marks: ReadonlyMap<string, number>): readonly ConversationSummary[] {
    const last = new Map<ConversationKey, KeptMessage>()
    const readable = this.#sorted().filter((message) => this.#mayRead(reader, message))
    for (const message of readable) last.set(message.conversation, message)
    const summaries = Array.from(last.values(), (message) => {
      const { conversation } = message
      const mark = marks.get(conversation) ?? 0
      const unread = readable.filter((each) => {
        return each.conversation === conversation && each.seq > mark && isUnread(reader, each)
      })
      return { conversation, last: message, mark, unread: Math.min(unread.length, 100) }
    })
    return summaries.sort((one, other) => other.last.seq - one.last.seq).slice(0, 1_000)
  }

  message(reader: Reader, seq: number): KeptMessage | null {
    const message = this.messages.get(seq)
    return message && this.#mayRead(reader, message) ? message : null
  }

  #stretch(
    reader: Reader,
    after: number,
    limit: number,
    committed: number,
    isMeant: (message: KeptMessage) => boolean,
  ): HistoryStretch {
    const all = this.#sorted().filter((each) => each.seq > after && this.#mayRead(reader, each) && isMeant(each))
    const messages = all.slice(0, limit)
    const complete = messages.length === all.length
    const lost = Array.from(this.#pruned).flatMap(([conversation, seq]) => {
      return seq > after && this.#couldRead(reader, conversation, after, seq) ? [conversation] : []
    })
    return { messages, upTo: complete ? Math.max(committed, after) : messages.at(-1)!.seq, complete, lost }
  }

  #mayRead(reader: Reader, { conversation, seq }: KeptMessage): boolean {
    return this.#couldRead(reader, conversation, seq - 1, seq)
  }

  /** Whether the reader may read something of the conversation between these numbers. */
  #couldRead(reader: Reader, conversation: ConversationKey, after: number, upTo: number): boolean {
    if (conversation === everyone) return reader.everyone
    if (kindOf(conversation) === 'private') return reader.registered && isOfTwo(conversation, reader.name)
    const guest = reader.joined.some(({ group, since }) => groupConversation(group) === conversation && upTo > since)
    return (
      guest ||
      (reader.registered &&
        this.#stays.some(({ group, user, begin, end }) => {
          if (user !== reader.name || groupConversation(group) !== conversation) return false
          return upTo > begin && (end === null || after < end)
        }))
    )
  }

  #prune({ kinds, bytes, rows }: HistoryPrune): void {
    let left = rows
    const prune = ({ seq, conversation }: KeptMessage) => {
      if (left-- <= 0) return
      this.messages.delete(seq)
      this.#pruned.set(conversation, Math.max(seq, this.#pruned.get(conversation) ?? 0))
    }
    const byConversation = Map.groupBy(this.#sorted(), ({ conversation }) => conversation)
    for (const [conversation, messages] of byConversation) {
      const { before, messages: most } = kinds[kindOf(conversation)]
      const excess = messages.length - most
      for (const [index, message] of messages.entries()) if (index < excess || message.at < before) prune(message)
    }
    let total = this.#sorted().reduce((sum, { text }) => sum + utf8Bytes(text), 0)
    for (const message of this.#sorted()) {
      if (total <= bytes || left <= 0) break
      total -= utf8Bytes(message.text)
      prune(message)
    }
  }

  #openStay(group: NameKey, user: NameKey): Stay | undefined {
    return this.#stays.find((stay) => stay.group === group && stay.user === user && stay.end === null)
  }

  #sorted(): KeptMessage[] {
    return [...this.messages.values()].sort((one, other) => one.seq - other.seq)
  }

  #index(all: readonly KeptMessage[], at: Exclude<HistoryPosition, 'end'>): number {
    const found = all.findIndex(({ seq }) => {
      return 'before' in at ? seq >= at.before : 'after' in at ? seq > at.after : seq >= at.around
    })
    return found < 0 ? all.length : found
  }
}

function isOfTwo(conversation: ConversationKey, user: NameKey): boolean {
  return kindOf(conversation) === 'private' && partiesOf(conversation).includes(user)
}

/** A guest's own is what was said since it came. */
function isOwn(reader: Reader, { from, guest, seq, conversation }: KeptMessage): boolean {
  const isAuthor = keyOf(from) === reader.name && guest !== reader.registered && (!guest || seq > reader.since)
  return isAuthor || isOfTwo(conversation, reader.name)
}

function isUnread(reader: Reader, { from, kind }: KeptMessage): boolean {
  return keyOf(from) !== reader.name && kind !== 'deleted'
}

function wordsOf(text: string): string[] {
  return Array.from(text.toLowerCase().matchAll(words), ([word]) => word)
}
