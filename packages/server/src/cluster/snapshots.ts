import type { Result } from '@parley/core'
import type { LogState } from './cluster-log.ts'

/**
 * Where nodes begin that come anew: what a node knows, with a copy of its database. The copy has all
 * that was written up to the number of the state, and perhaps more.
 */
export interface Snapshots {
  /** The position of the newest one; null: there is none. */
  newest(): Promise<Result<number | null, 'unavailable'>>
  /** `database`: a file that nobody writes. */
  put(state: LogState, database: string): Promise<Result<void, 'unavailable'>>
  /** `database`: where the copy goes; null: it is not wanted. */
  fetch(position: number, database: string | null): Promise<Result<LogState, 'unavailable'>>
  /** All before this position, but for the newest of them. Returns the position of that one. */
  removeBefore(position: number): Promise<Result<number | null, 'unavailable'>>
}
