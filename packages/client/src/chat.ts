import type { Ability } from './abilities.ts'
import type { ChatEvents } from './events.ts'
import type {
  FileSource,
  Game,
  Groups,
  Mailbox,
  Sealing,
  SealingChoice,
  Secrecy,
  SentByChat,
  Tunnels,
} from './features.ts'

/**
 * One user's end of a conversation, by whichever protocol: what `connect` returns. A method that
 * the protocol has no words for rejects with a ChatError of code `cannot`, which names the
 * protocols that can. `can` says it beforehand.
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
   * To one user. Sealed wherever both sides can, and never plain because sealing failed; `plain`
   * asks for plain text. Resolves with how it was sent.
   */
  tell(user: string, text: string, how?: SealingChoice): Promise<Secrecy>
  /** Sealed where their program is seen to open that, and never plain to whoever was seen to once. */
  sendFile(user: string, file: FileSource, how?: SealingChoice): SentByChat
  on<K extends keyof ChatEvents>(event: K, run: (what: ChatEvents[K]) => void): () => void
  /**
   * Says goodbye in the protocol's words; resolves when the connection has ended. Safe to call
   * twice.
   */
  close(): Promise<void>
}
