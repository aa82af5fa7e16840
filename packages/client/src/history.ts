import type { Secrecy } from './secrecy.ts'
import type { ConversationId, Stamp } from './stamp.ts'

/** A message of the history as its server keeps it: a sealed one is still sealed. */
export interface KeptMessage {
  readonly of: ConversationId
  readonly from: string
  readonly stamp: Stamp
  readonly body: KeptBody
}

export type KeptBody =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'sealed'; readonly message: string; readonly sessionKey: string | null }
  | { readonly kind: 'deleted' }
  /** It only says that another one was deleted. */
  | { readonly kind: 'deletion'; readonly target: number }

/** A message of the history as a program shows it. */
export interface PastMessage {
  readonly of: ConversationId
  readonly from: string
  readonly stamp: Stamp
  readonly body: PastBody
}

export type PastBody =
  | { readonly kind: 'text'; readonly text: string; readonly secrecy: Secrecy }
  | { readonly kind: 'unreadable'; readonly reason: string }
  | { readonly kind: 'deleted' }
  | { readonly kind: 'deletion'; readonly target: number }

/** Messages of one conversation without a gap, the oldest first. */
export interface Page<Message> {
  readonly messages: readonly Message[]
  /** Whether there are more on either side of them. */
  readonly more: { readonly before: boolean; readonly after: boolean }
}

/** Which page: next to a number, or with it in the middle. Without one: the newest. */
export type PageAt =
  | { readonly before: number }
  | { readonly after: number }
  | { readonly around: number }
  | { readonly [at: string]: never }

/** A conversation as the server lists it. */
export interface ListedConversation<Message> {
  readonly of: ConversationId
  /** null: nothing that was said there is kept. */
  readonly last: Message | null
  readonly unread: number
  /** The number up to which this user has read, on whichever device; 0: nothing. */
  readonly mark: number
}

export interface SearchOptions {
  /** In this conversation alone. */
  readonly of?: ConversationId | undefined
  /** What is older than the message with this number. */
  readonly before?: number | undefined
  /** At most 100, which is also the default. */
  readonly limit?: number | undefined
}

/** What was said before, as far as this user may read it. */
export interface History<Message> {
  /** `limit`: 200 at most. */
  page(of: ConversationId, at: PageAt, limit: number): Promise<Page<Message>>
  /** The newest first. */
  search(text: string, options?: SearchOptions): Promise<readonly Message[]>
  conversations(): Promise<readonly ListedConversation<Message>[]>
  /** Everything up to that number is read, on every device. */
  read(of: ConversationId, seq: number): Promise<void>
  /** Everything that came from the mailbox up to that number is safe, and need not come again. */
  received(seq: number): Promise<void>
  /** A message of one's own, for everybody. */
  delete(seq: number): Promise<void>
  /** All that this user has said behind the number, in order. */
  export(after?: number): AsyncIterable<Message>
}
