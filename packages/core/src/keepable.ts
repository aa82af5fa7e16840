/** Of an event that is somebody's message. */
export interface Keepable {
  /** Whether it is in history, and can be caught up on. */
  readonly kept: boolean
  /** What its sender's client calls it; null: nothing. */
  readonly nonce: string | null
}

/** Of a command that says something: what the client calls it, at most 64 printable characters. */
export interface Named {
  readonly nonce?: string | null
}

/** What whoever said something is told. */
export interface Said {
  /** Whether it is in history. */
  readonly kept: boolean
}
