import type { ConversationKey } from '../conversation.ts'
import type { KeptMessage } from '../kept-message.ts'
import type { NameKey } from '../names.ts'
import type { Result } from '../result.ts'
import type { StoredMessage } from '../writes.ts'

/**
 * Who reads. A registered user reads what everybody said, its private messages, and what was said
 * in groups while it was a member, as the store knows. A guest reads what everybody said, where
 * guests may, and what was said in the groups of its present stay since it joined.
 */
export interface Reader {
  readonly name: NameKey
  readonly registered: boolean
  /** The number of its arrival, or of its user's where that was before. */
  readonly since: number
  /** Whether it reads what everybody said. */
  readonly everyone: boolean
  /** The groups that a guest is in, and since which number. Empty for a registered user. */
  readonly joined: readonly { readonly group: NameKey; readonly since: number }[]
}

/** Where a page lies: exclusive of the number, but for `around`, whose number is in the middle. */
export type HistoryPosition =
  | { readonly before: number }
  | { readonly after: number }
  | { readonly around: number }
  /** The newest. */
  | 'end'

export interface HistoryPage {
  /** In ascending order. */
  readonly messages: readonly KeptMessage[]
  /** Whether the reader may read more on either side. */
  readonly more: { readonly before: boolean; readonly after: boolean }
}

export interface HistoryStretch {
  /** In ascending order, of all conversations. */
  readonly messages: readonly KeptMessage[]
  /** There is nothing more that the reader may read up to this number. */
  readonly upTo: number
  /** Whether `upTo` is the last entry that the store knows: nothing is behind it so far. */
  readonly complete: boolean
  /** Conversations of which messages behind the number that was given are kept no more. */
  readonly lost: readonly ConversationKey[]
}

export interface ConversationSummary {
  readonly conversation: ConversationKey
  /** The newest message that the reader may read. */
  readonly last: KeptMessage
  /** Messages of others behind the read mark, at most 100. */
  readonly unread: number
  /** The number up to which the reader has read; 0: nothing. */
  readonly mark: number
}

export interface HistorySearch {
  readonly text: string
  /** null: all that the reader may read. */
  readonly of: ConversationKey | null
  /** Older ones only; null: from the newest on. */
  readonly before: number | null
  readonly limit: number
}

type Read<T> = Promise<Result<T, 'unavailable'>>

/**
 * Reads what is kept. It sees all commits before it. Whatever a reader may not read is as if it
 * were not there.
 */
export interface HistoryStore {
  history(reader: Reader, of: ConversationKey, at: HistoryPosition, limit: number): Read<HistoryPage>
  /**
   * Everything behind the number `after`, in pieces: fewer than `limit` messages may come although
   * it is not complete.
   */
  since(reader: Reader, after: number, limit: number): Read<HistoryStretch>
  /**
   * Messages that have all words of the text, in whatever case, and the last one as the beginning
   * of a word at least; newest first. Sealed ones are not searched.
   */
  search(reader: Reader, search: HistorySearch): Read<readonly KeptMessage[]>
  /** The newest first, at most 1,000. */
  conversations(reader: Reader): Read<readonly ConversationSummary[]>
  /** What the reader wrote itself, and all its private messages: in pieces, as `since`. */
  export(reader: Reader, after: number, limit: number): Read<HistoryStretch>
  /** One message; null: there is none that the reader may read. */
  message(reader: Reader, seq: number): Read<KeptMessage | null>
  /** Which of these numbers are of messages in this conversation. */
  among(of: ConversationKey, seqs: readonly number[]): Read<readonly number[]>
  /** As `messages` of the store, but only those that are not in history. */
  unkept(of: NameKey, after: number, limit: number): Read<readonly StoredMessage[]>
}
