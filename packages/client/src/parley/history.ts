import { ChatError } from '../chat-error.ts'
import type { History, KeptMessage, ListedConversation, Page, PageAt, SearchOptions } from '../history.ts'
import type { ConversationId } from '../stamp.ts'
import type { ParleyConnection } from './connection.ts'
import { heardAs, type HearEvent } from './events.ts'
import { conversationOf, keptMessage, said, type SaidMessage } from './message-form.ts'
import { conversation, flag, list, members, natural, orNull } from './shapes.ts'

const done = members({})
const page = members({ messages: list(said), more: members({ before: flag, after: flag }) })
const found = members({ messages: list(said), more: flag })
const exported = members({ messages: list(said), more: flag, upTo: natural })
const listed = members({
  conversations: list(members({ of: conversation, last: orNull(said), unread: natural, mark: natural })),
  more: flag,
})
const deleted = members({ seq: natural })
const mark = members({ of: conversation, seq: natural })
const mostExported = 200
const mostFound = 100

/** What was said before, read marks, deletion. */
export class ParleyHistory implements History<KeptMessage> {
  readonly heard: { readonly [event: string]: HearEvent }
  readonly #connection: ParleyConnection

  constructor(connection: ParleyConnection) {
    this.#connection = connection
    this.heard = { read: heardAs(connection, 'read', mark, (what) => connection.context.emit('read', what)) }
  }

  async page(of: ConversationId, at: PageAt, limit: number): Promise<Page<KeptMessage>> {
    const { messages, more } = await this.#connection.request('history', { of, ...at, limit }, page)
    this.#check('history', messages, { of })
    this.#checkOrder('history', messages, 1)
    return { messages: this.#kept(messages), more }
  }

  async search(words: string, { of, before, limit = mostFound }: SearchOptions = {}): Promise<readonly KeptMessage[]> {
    const { messages } = await this.#connection.request('search', { text: words, of, before, limit }, found)
    this.#check('search', messages, { of })
    this.#checkOrder('search', messages, -1)
    return this.#kept(messages)
  }

  async conversations(): Promise<readonly ListedConversation<KeptMessage>[]> {
    const all: ListedConversation<KeptMessage>[] = []
    for (let before: number | undefined, isMore = true; isMore;) {
      const { conversations, more } = await this.#connection.request('conversations', { before }, listed)
      for (const { of, last, unread, mark: to } of conversations) {
        if (last) this.#check('conversations', [last], { of })
        all.push({ of, last: last && keptMessage(last, this.#connection.me), unread, mark: to })
      }
      const oldest = conversations.at(-1)?.last?.stamp.seq
      isMore = more && oldest !== undefined && oldest < (before ?? Infinity)
      before = oldest
    }
    return all
  }

  async read(of: ConversationId, seq: number): Promise<void> {
    await this.#connection.request('read', { of, seq }, done)
  }

  async received(seq: number): Promise<void> {
    await this.#connection.request('received', { seq }, done)
  }

  async delete(seq: number): Promise<void> {
    const { messages } = this.#connection
    await this.#connection.request('delete', { seq }, deleted, { told: (reply) => messages.said(reply.seq, true) })
  }

  async *export(after: number = 0): AsyncGenerator<KeptMessage> {
    for (let from = after, isMore = true; isMore;) {
      const reply = await this.#connection.request('export', { after: from, limit: mostExported }, exported)
      this.#checkOrder('export', reply.messages, 1)
      yield* this.#kept(reply.messages)
      // Whatever the server says, it comes to an end.
      isMore = reply.more && reply.upTo > from
      from = reply.upTo
    }
  }

  /** Messages of another conversation than the one that was asked for would be shown in it. */
  #check(command: string, messages: readonly SaidMessage[], { of }: { readonly of: ConversationId | undefined }): void {
    const { me } = this.#connection
    const wrong = messages.find((each) => of && conversationOf(each, me).toLowerCase() !== of.toLowerCase())
    if (wrong) throw this.#broken(`the reply to "${command}" has a message of another conversation`)
  }

  #checkOrder(command: string, messages: readonly SaidMessage[], direction: 1 | -1): void {
    const isWrong = messages.some(({ stamp }, at) => {
      const before = messages[at - 1]
      return before !== undefined && (stamp.seq - before.stamp.seq) * direction <= 0
    })
    if (isWrong) throw this.#broken(`the messages of the reply to "${command}" are out of their order`)
  }

  #broken(problem: string): ChatError {
    this.#connection.violation(problem)
    return new ChatError('broken-server', problem)
  }

  #kept(messages: readonly SaidMessage[]): readonly KeptMessage[] {
    return messages.map((message) => keptMessage(message, this.#connection.me))
  }
}
