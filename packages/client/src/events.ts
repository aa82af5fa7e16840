import type { ChatErrorCode } from './chat-error.ts'
import type { FileOffer, Seal, Secrecy, Suspicion, TunnelRequest } from './features.ts'
import type { ConversationId, Stamp } from './stamp.ts'

/** An event that says all by its name. */
interface NoDetails {
  readonly [detail: string]: never
}

/** Present where the server numbers what is said. */
interface Stamped {
  readonly stamp?: Stamp
}

interface Broadcast extends Stamped {
  /** Oneself: it was said on another device. */
  readonly from: string
  readonly text: string
}

interface PrivateMessage extends Stamped {
  readonly from: string
  /** Whom it went to, where `from` is oneself: it was said on another device. */
  readonly to?: string
  readonly text: string
  readonly secrecy: Secrecy
  /**
   * Of a sealed one: their public key is known since they signed in, and is the one seen first. False: `sender-checked` or
   * `key-changed` may follow.
   */
  readonly isChecked?: boolean
  /** Of a sealed one: by which profile, and whether that proves who wrote it. */
  readonly seal?: Seal
}

interface GroupMessage extends Stamped {
  /** null: the protocol does not say. */
  readonly group: string | null
  /** Which groups it may be of, as far as that is known, where `group` is null. */
  readonly mayBe: readonly string[]
  /** null: the server itself, or it does not say. */
  readonly from: string | null
  readonly text: string
  /** Absent: nothing can be sealed in groups here. */
  readonly secrecy?: 'sealed' | 'plain'
}

/** What a chat tells its program. */
export interface ChatEvents {
  readonly joined: { readonly user: string }
  readonly left: { readonly user: string }
  readonly broadcast: Broadcast
  readonly 'private-message': PrivateMessage
  /** The public key of that user came and is the one seen first: what they wrote so far is theirs. */
  readonly 'sender-checked': { readonly user: string }
  /** A sealed message that could not be opened. */
  readonly unreadable: Stamped & {
    readonly from: string
    readonly to?: string
    readonly group?: string
    readonly reason: string
  }
  /**
   * The server, or somebody through it, did what it must not: a message in that user's name was forged,
   * sent twice, held back, put into another order or taken away. `missing` and `late` come right before
   * the message that they are about. What is `forged`, `downgraded`, `replayed` or `withdrawn` is not told
   * as a message.
   */
  readonly 'seal-alarm': { readonly user: string } & Suspicion
  readonly 'group-message': GroupMessage
  /**
   * How what this user writes in a group goes, where that is news. `without`: members who cannot read
   * what is sealed there. They are why it is plain; or it is sealed, and they do not hear it. Plain
   * without anybody: there are too many members.
   */
  readonly 'group-protection': {
    readonly group: string
    readonly isSealed: boolean
    readonly without: readonly string[]
  }
  /** This user came into a group or is out of it, whoever brought that about. */
  readonly membership: { readonly group: string; readonly isMember: boolean }
  /** The server has taken what this user said here, and has numbered it. */
  readonly taken: { readonly of: ConversationId; readonly stamp: Stamp }
  /** Whoever wrote the message with this number has deleted it. */
  readonly 'message-deleted': { readonly of: ConversationId; readonly seq: number }
  /** This user has read up to that number, on another device. */
  readonly read: { readonly of: ConversationId; readonly seq: number }
  /**
   * Everything that was missed has been told. `lost`: conversations of which some of it was not
   * kept any more.
   */
  readonly 'caught-up': { readonly seq: number; readonly lost: readonly ConversationId[] }
  /** Somebody came into a group of this user or left it, or another one is its admin. */
  readonly 'group-changed': { readonly group: string }
  /** What the server says to this user, such as being kicked out of a group. */
  readonly notice: { readonly text: string }
  readonly 'file-offered': FileOffer
  readonly 'tunnel-asked': TunnelRequest
  readonly 'game-announced': NoDetails
  readonly 'game-started': { readonly players: readonly string[] }
  readonly 'game-cancelled': NoDetails
  readonly 'game-finished': { readonly results: readonly { readonly user: string; readonly ms: number | null }[] }
  /**
   * Somebody's key is not the one seen first: nothing is sent to them sealed until it is accepted.
   */
  readonly 'key-changed': { readonly user: string; readonly safetyNumber: string }
  /**
   * This device lacks the keys that the account has sealed with. Nothing is sealed before the program
   * says what to do (see `chat.recovery`). `hasBackup`: a phrase opens them; otherwise a device that
   * has them can make one.
   */
  readonly 'recovery-needed': { readonly hasBackup: boolean }
  readonly reconnecting: {
    readonly attempt: number
    readonly inMs: number
    readonly reason: string
    /** Why the last attempt failed: `name-taken` where somebody has to sign in again. */
    readonly code: ChatErrorCode
  }
  readonly reconnected: { readonly me: string }
  readonly closed: { readonly reason: string }
  /** The bytes of the wire in the protocol's notation, when asked for. */
  readonly wire: { readonly direction: 'sent' | 'received'; readonly line: string }
  /** Something that the server should not have said. It was passed over. */
  readonly 'protocol-violation': { readonly problem: string }
}
