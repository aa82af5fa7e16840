import type { ChatEvent } from '../events.ts'

/**
 * Turns events into the bytes of one protocol. Pure: the same event always gives the same bytes.
 */
export interface Wire {
  readonly name: string
  /**
   * `null`: this protocol has no words for this event. The bytes are shared by all who hear
   * them.
   */
  encode(event: ChatEvent): Uint8Array | null
}
