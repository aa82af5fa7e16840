import type { DurableState, HistoryStore, StoredMessage, NameKey, Result, Write } from '@parley/core'

/** What is asked of the database, as data that can be sent to another thread. */
export type Request =
  | { readonly ask: 'commit'; readonly writes: readonly Write[]; readonly seq: number; readonly at: number }
  | { readonly ask: 'messages'; readonly of: NameKey; readonly after: number; readonly limit: number }
  | { readonly ask: 'backup'; readonly of: NameKey }
  | { readonly ask: 'load'; readonly reserve: number }
  | { readonly ask: 'check-history'; readonly after: number; readonly limit: number }
  | HistoryRequest

/** A read of history, by the name of its method and with its arguments. */
type HistoryRequest = {
  readonly [M in keyof HistoryStore]: { readonly ask: M; readonly with: Readonly<Parameters<HistoryStore[M]>> }
}[keyof HistoryStore]

type HistoryResults = { [M in keyof HistoryStore]: Awaited<ReturnType<HistoryStore[M]>> }

interface Results extends HistoryResults {
  commit: Result<void, 'unavailable' | 'full'>
  messages: Result<readonly StoredMessage[], 'unavailable'>
  backup: Result<string | null, 'unavailable'>
  load: Result<DurableState, 'unavailable'>
  /** The last number that was looked at; null: there are no more. */
  'check-history': Result<number | null, 'unavailable'>
}

export type ReplyTo<A extends Request['ask']> = Results[A]
export type Reply = Results[Request['ask']]

/**
 * Why something could not be carried out. `full`: there is no room. `damaged`: the file is not what
 * SQLite wrote, and nothing is written to it any more. `moved`: the file is not where it was, so
 * what is written would be lost. `message`: what the system said.
 */
export interface Failure {
  readonly why: 'full' | 'damaged' | 'moved' | 'unusable'
  readonly message: string
}

/** A row that is not as it was written, or that cannot be read. `of`: whose it is, as far as that is known. */
export interface DamagedRow {
  readonly table: string
  readonly row: string
  readonly of: string
}

/** Hears of a damaged row. */
export type Note = (row: DamagedRow) => void

/** One reply per request, in order. `failure`: why some of them failed. */
export interface Replies {
  readonly replies: readonly Reply[]
  readonly failure: Failure | null
  /** Rows that were found to be damaged on the way. */
  readonly damaged: readonly DamagedRow[]
}

/** Carries out requests, one batch after the other. It never rejects. */
export interface Database {
  /** All commits of a batch succeed or fail together. */
  carryOut(requests: readonly Request[]): Promise<Replies>
  close(): Promise<void>
}
