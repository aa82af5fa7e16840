import type { ConversationId } from './stamp.ts'

/** A message that this user wrote and no server has confirmed. */
export interface UnsentMessage {
  readonly of: ConversationId
  readonly text: string
  readonly nonce: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** It was handed to a connection: the server may have it. */
  readonly isTried: boolean
}

/** What a program remembers of one account on one server. */
export interface Remembered {
  /** The number up to which the program has taken everything that is kept; null: nothing yet. */
  readonly cursor: number | null
  /** What this device signs in with instead of a password. */
  readonly token: string | null
  readonly drafts: { readonly [of: string]: string }
  readonly unsent: readonly UnsentMessage[]
}

/**
 * Where a program keeps what outlives it: a file, or the storage of a browser. Its host gives it,
 * one per account and server.
 */
export interface Memory {
  /** What was saved last. A program without a memory begins with `nothingRemembered`. */
  load(): Promise<Remembered>
  /** Replaces these members. It may be written a little later, in the order of the calls. */
  save(changed: Partial<Remembered>): void
  /** Resolves when everything that was saved is kept, or cannot be. */
  flush(): Promise<void>
}

export const nothingRemembered: Remembered = { cursor: null, token: null, drafts: {}, unsent: [] }

/** A memory that ends with the program. */
export class PassingMemory implements Memory {
  #remembered: Remembered

  constructor(remembered: Partial<Remembered> = {}) {
    this.#remembered = { ...nothingRemembered, ...remembered }
  }

  async load(): Promise<Remembered> {
    return this.#remembered
  }

  save(changed: Partial<Remembered>): void {
    this.#remembered = { ...this.#remembered, ...changed }
  }

  async flush(): Promise<void> {}
}
