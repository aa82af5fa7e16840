/** Everybody, a group, or two people: named by the other one. */
export type ConversationId = '*' | `#${string}` | `@${string}`

/** Where a message stands on a server that numbers what is said. */
export interface Stamp {
  /** Its place in the order of the server. No two messages have the same. */
  readonly seq: number
  /** Milliseconds since 1970, by the server's clock. */
  readonly at: number
  /** Whether it is in the history, and can be caught up with. */
  readonly kept: boolean
  /** What this user's own program named it by; null: somebody else wrote it, or it has no name. */
  readonly nonce: string | null
}

/** How something is said. */
export interface SayOptions {
  /**
   * At most 64 visible ASCII characters. Where the protocol carries it, the message comes back with
   * it: in `taken`, on one's other devices, and while catching up.
   */
  readonly nonce?: string | undefined
}
