import type { ChatEvent } from '../events.ts'

/** Turns events into the bytes of one protocol. Pure: the same event always gives the same bytes. */
export interface Wire {
  readonly name: string
  /** `null`: this protocol has no words for this event. */
  encode(event: ChatEvent): Uint8Array | null
}

/**
 * One connection's ear. Bytes are heard in the order of the calls to `deliver` and of the casts on its channel,
 * taken together. The bytes belong to everybody who shares them and are never changed.
 */
export interface Subscriber {
  readonly channel: Channel
  /** False once the connection has ended; nothing is heard after that. */
  readonly open: boolean
  deliver(bytes: Uint8Array): void
  /**
   * Runs once when all that was delivered so far counts as received; never when the connection ends before that.
   * Several calls run in the order they were made.
   */
  whenReceived(run: () => void): void
}

/**
 * Everybody who hears the same bytes of one wire: an event is encoded once and cast once, however many listen.
 * Promises: a cast reaches exactly the members of that moment but for `except`; never blocks; never reorders.
 */
export interface Channel {
  readonly wire: Wire
  readonly size: number
  join(member: Subscriber): void
  leave(member: Subscriber): void
  /** `except` may name subscribers that are no members; they are passed over. */
  cast(bytes: Uint8Array, except: readonly Subscriber[]): void
}
