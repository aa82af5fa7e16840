import type { ListedConversation, Page, PageAt, PastMessage } from '../history.ts'
import type { ConversationId, Stamp } from '../stamp.ts'
import { conversationKey, type ConversationList } from './conversation-list.ts'
import type { KeptLines } from './kept-lines.ts'
import type { Line } from './line.ts'
import { pastLine, titleOf, type LineDraft } from './past-lines.ts'

export interface KeptHistoryParts {
  readonly lines: KeptLines
  readonly conversations: ConversationList
  /** This user's name. */
  me(): string
  /** Nothing is shown of that user. */
  isHidden(user: string): boolean
  insert(draft: LineDraft, stamp: Stamp): void
  changed(): void
}

/** What a server keeps, as far as it was loaded, and what it says of its conversations. */
export class KeptHistory {
  readonly #parts: KeptHistoryParts

  constructor(parts: KeptHistoryParts) {
    this.#parts = parts
  }

  /**
   * Messages of before, as the server has them. `at`: how they were asked for; nothing is missing
   * between them and a number next to which they are.
   */
  loaded(of: ConversationId, { messages, more }: Page<PastMessage>, at: PageAt): void {
    const { conversations, changed } = this.#parts
    const key = conversations.keyOf(titleOf(of))
    // The newest first: each stands right before the one that was put there last.
    for (const message of messages.toReversed()) this.#insert(key, message)
    const first = more.before ? messages[0]?.stamp.seq : 0
    const from = 'after' in at ? at.after : first
    const to = Math.max('before' in at ? at.before : 0, messages.at(-1)?.stamp.seq ?? 0)
    if (from !== undefined) conversations.known(key, from, more.after ? to : undefined)
    changed()
  }

  /** What the server says of its conversations. */
  listed(listed: readonly ListedConversation<PastMessage>[]): void {
    const { conversations, changed } = this.#parts
    for (const { of, unread, mark, last } of listed) {
      const key = conversations.keyOf(titleOf(of))
      const lastSeq = last?.stamp.seq ?? 0
      const newer = this.#othersBehind(key, Math.max(lastSeq, mark)).length
      conversations.listed(key, { unread, mark, lastSeq }, newer)
    }
    changed()
  }

  /** This user has read up to that number on another device. */
  marked(of: ConversationId, seq: number): void {
    const { conversations, changed } = this.#parts
    const key = conversationKey(titleOf(of))
    conversations.marked(key, seq, this.#othersBehind(key, seq))
    changed()
  }

  /** Whoever wrote that message has deleted it. */
  deleted(of: ConversationId, seq: number): void {
    const { lines, changed } = this.#parts
    const line = lines.withSeq(conversationKey(titleOf(of)), seq)
    if (!line) return
    lines.revise(line.id, (found) => ({ ...found, text: '', isDeleted: true }))
    changed()
  }

  /** How many lines of one conversation are kept. */
  get most(): number {
    return this.#parts.lines.most
  }

  /** How many lines of that conversation are here. */
  count(key: string): number {
    return this.#parts.lines.count(key)
  }

  #insert(key: string, message: PastMessage): void {
    const { lines, me, isHidden, insert } = this.#parts
    // What only says that another one was deleted is seen there.
    if (message.body.kind === 'deletion' || lines.withSeq(key, message.stamp.seq)) return
    const draft = pastLine(message, me())
    if (draft.mine || draft.from === null || !isHidden(draft.from)) insert(draft, message.stamp)
  }

  /** What others said behind that number, as far as it is here. */
  #othersBehind(key: string, seq: number): readonly Line[] {
    const { lines } = this.#parts
    return lines.all.filter((line) => line.conversation === key && !line.mine && (line.seq ?? 0) > seq)
  }
}
