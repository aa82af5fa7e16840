import type { DurableState, HistoryStore, StoredMessage, NameKey, Result, Write } from '@parley/core'

/** What is asked of the database, as data that can be sent to another thread. */
export type Request =
  | { readonly ask: 'commit'; readonly writes: readonly Write[]; readonly seq: number; readonly at: number }
  | { readonly ask: 'messages'; readonly of: NameKey; readonly after: number; readonly limit: number }
  | { readonly ask: 'backup'; readonly of: NameKey }
  | { readonly ask: 'load'; readonly reserve: number }
  | HistoryRequest

/** A read of history, by the name of its method and with its arguments. */
type HistoryRequest = {
  readonly [M in keyof HistoryStore]: { readonly ask: M; readonly with: Readonly<Parameters<HistoryStore[M]>> }
}[keyof HistoryStore]

type HistoryValues = {
  [M in keyof HistoryStore]: Extract<Awaited<ReturnType<HistoryStore[M]>>, { ok: true }>['value']
}

interface Values extends HistoryValues {
  commit: void
  messages: readonly StoredMessage[]
  backup: string | null
  load: DurableState
}

export type ReplyTo<A extends Request['ask']> = Result<Values[A], 'unavailable'>
export type Reply = ReplyTo<Request['ask']>

/** One reply per request, in order. `failure`: why some of them are `unavailable`. */
export interface Replies {
  readonly replies: readonly Reply[]
  readonly failure: Error | null
}

/** Carries out requests, one batch after the other. It never rejects. */
export interface Database {
  /** All commits of a batch succeed or fail together. */
  carryOut(requests: readonly Request[]): Promise<Replies>
  close(): Promise<void>
}
