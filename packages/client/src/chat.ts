import type { Ability } from './abilities.ts'
import type { Admin } from './admin.ts'
import type { Recovery } from './chat-recovery.ts'
import type { Backup, Devices } from './devices.ts'
import type { ChatEvents } from './events.ts'
import type {
  ChatGroups,
  FileSource,
  Game,
  Mailbox,
  Sealing,
  SealingChoice,
  Secrecy,
  SentByChat,
  Tunnels,
} from './features.ts'
import type { History, PastMessage } from './history.ts'
import type { Lens } from './lens.ts'
import type { SayOptions } from './stamp.ts'

/**
 * One user's end of a conversation, by whichever protocol: what `connect` returns. A method that
 * the protocol has no words for rejects with a ChatError of code `cannot`, which names the
 * protocols that can. `can` says it beforehand.
 */
export interface Chat {
  /** `ident`, `helo`, `json`, `cp`, `chatos` or `parley`. */
  readonly protocol: string
  /** The name as the server took it. */
  readonly me: string
  readonly can: ReadonlySet<Ability>
  readonly state: 'connected' | 'reconnecting' | 'closed'
  /**
   * Everything that was missed has been told. Where the protocol keeps no history, as soon as it is
   * connected.
   */
  readonly isCaughtUp: boolean
  readonly groups: ChatGroups
  readonly game: Game
  readonly mailbox: Mailbox
  readonly tunnels: Tunnels
  readonly sealing: Sealing
  readonly history: History<PastMessage>
  readonly devices: Devices
  readonly backup: Backup
  readonly lens: Lens
  readonly admin: Admin
  readonly recovery: Recovery

  /** Who is here, oneself included. */
  users(): Promise<readonly string[]>
  /** To everybody. Resolves when the server has taken it. */
  say(text: string, options?: SayOptions): Promise<void>
  /**
   * To one user. Sealed wherever both sides can, and never plain because sealing failed; `plain`
   * asks for plain text. Resolves with how it was sent.
   */
  tell(user: string, text: string, how?: SealingChoice, options?: SayOptions): Promise<Secrecy>
  /** Sealed where their program is seen to open that, and never plain to whoever was seen to once. */
  sendFile(user: string, file: FileSource, how?: SealingChoice): SentByChat
  on<K extends keyof ChatEvents>(event: K, run: (what: ChatEvents[K]) => void): () => void
  /** Does not wait any longer before the next attempt to connect, where one is waited for. */
  retry(): void
  /**
   * Says goodbye in the protocol's words; resolves when the connection has ended. Safe to call
   * twice.
   */
  close(): Promise<void>
}
