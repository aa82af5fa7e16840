import type { Stamp } from '../entry.ts'
import type { ChatEvent } from '../events.ts'

/**
 * Turns events into the bytes of one protocol. Pure: the same event and stamp always give the same
 * bytes.
 */
export interface Wire {
  readonly name: string
  /**
   * `null`: this protocol has no words for this event. The bytes are shared by all who hear
   * them. `stamp`: of the entry that the event follows from.
   */
  encode(event: ChatEvent, stamp: Stamp): Uint8Array | null
}
