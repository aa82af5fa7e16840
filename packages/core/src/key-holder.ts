import type { SealingCapability } from './capabilities.ts'
import type { Effects } from './effects.ts'
import type { ConnectionEvent } from './events.ts'
import type { LazyMap } from './lazy-map.ts'
import type { ConnectionId, UserName } from './names.ts'
import type { OnlineConnection } from './users.ts'

/**
 * Who takes part in sealed messages, and what is remembered of it: one connection, or all
 * devices of an account together, since these share one key.
 */
export interface KeyHolder {
  /** Of the connection that it began with. Never used again by another one. */
  readonly id: ConnectionId
  readonly name: UserName
  /** Whose share its key counts for. All connections of it have the same one. */
  readonly share: string
  /** The sequence number of its beginning. */
  readonly since: number
  readonly sealing: SealingCapability
  /** Whether it stands for the devices of an account. */
  readonly devices: boolean
  /** At least one. */
  connections: readonly OnlineConnection[]
  publicKey: string | null
  /** It is asked once per sign-in, on behalf of the first who needs its key. */
  answer: 'not-asked' | 'awaited' | 'never-came' | 'came'
  /** By the other holder's id. */
  readonly sessions: LazyMap<ConnectionId, KeySession>
}

/** Of two holders, the same object for both. */
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

export function tellHolder({ connections }: KeyHolder, event: ConnectionEvent, out: Effects): void {
  for (const { id } of connections) out.connection(id, event)
}
