import type { SealingCapability } from './capabilities.ts'
import type { LazyMap } from './lazy-map.ts'
import type { ConnectionId } from './names.ts'
import type { OnlineConnection } from './users.ts'

/** A connection that takes part in sealed messages, and what is remembered of it. */
export interface KeyHolder {
  readonly connection: OnlineConnection
  readonly sealing: SealingCapability
  publicKey: string | null
  /** It is asked once per sign-in, on behalf of the first who needs its key. */
  answer: 'not-asked' | 'awaited' | 'never-came' | 'came'
  /** By the other one's connection. */
  readonly sessions: LazyMap<ConnectionId, KeySession>
}

/** Of two users, the same object for both. */
export interface KeySession {
  /** The sequence number of the first key. */
  readonly since: number
  /** The one that was sent last. */
  sessionKey: string
  /** Whose share it counts for: that of whoever sent it. */
  share: string
  /** Which of the two have sent one. */
  readonly sentBy: Set<ConnectionId>
}
