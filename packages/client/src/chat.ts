import type { ChatEvents } from './events.ts'
import type { Game, Groups, Mailbox, Sealing, SentFile, FileSource, Tunnels } from './abilities.ts'

/**
 * One user's end of a conversation, by whichever protocol: what `connect` answers. A method that the protocol has no words for
 * rejects with a ChatError of code `cannot`, which names the protocols that can; `can` says it beforehand.
 */
export interface Chat {
  /** `ident`, `helo`, `json`, `cp` or `chatos`. */
  readonly protocol: string
  /** The name as the server took it. */
  readonly me: string
  readonly can: ReadonlySet<Ability>
  readonly state: 'connected' | 'reconnecting' | 'closed'
  readonly groups: Groups
  readonly game: Game
  readonly mailbox: Mailbox
  readonly tunnels: Tunnels
  readonly sealing: Sealing

  /** Who is here, oneself included. */
  users(): Promise<readonly string[]>
  /** To everybody. Resolves when the server has taken it. */
  say(text: string): Promise<void>
  /**
   * To one user. Sealed wherever both sides can, and never plain because sealing failed; `plain` asks for plain text.
   * Answers how it was sent.
   */
  tell(user: string, text: string, how?: 'sealed-if-possible' | 'plain' | 'sealed'): Promise<Secrecy>
  sendFile(user: string, file: FileSource): SentFile
  on<K extends keyof ChatEvents>(event: K, run: (what: ChatEvents[K]) => void): () => void
  /** Says goodbye in the protocol's words; resolves when the connection has ended. Safe to call twice. */
  close(): Promise<void>
}

export type Ability = 'users' | 'say' | 'tell' | 'groups' | 'game' | 'mailbox' | 'tunnels' | 'files' | 'sealing'

/** `weak`: by the interop profile of other people's clients. */
export type Secrecy = 'sealed' | 'weak' | 'plain'

export type ChatErrorCode =
  /** The protocol has no words for it. */
  | 'cannot'
  /** The URL or an option is wrong. */
  | 'usage'
  /** Nobody listens there, or the connection broke. */
  | 'unreachable'
  /** The name is in use, or its password is missing or wrong. */
  | 'name-taken'
  | 'name-invalid'
  /** The server said no; `message` says what it said. */
  | 'refused'
  | 'no-such-user'
  | 'too-many-messages'
  /** The other side cannot be written to sealed, or its key changed and was not accepted. */
  | 'not-sealable'
  /** A key came that cannot be used: nothing was sent, and nothing is sent plain instead. */
  | 'sealing-failed'
  /** Nothing was sent, as it is not known which profile their program opens: once they have written, it is. */
  | 'profile-unknown'
  | 'key-changed'
  /** The server said what its protocol does not allow. */
  | 'broken-server'
  | 'timeout'
  | 'aborted'
  | 'closed'

/** What every rejected promise of this library holds. `message` is for people. */
export class ChatError extends Error {
  override readonly name = 'ChatError'
  readonly code: ChatErrorCode

  constructor(code: ChatErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
