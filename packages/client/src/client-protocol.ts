import type { Clock } from './clock.ts'
import type { Cursor } from './cursor.ts'
import type { ChatEvents } from './events.ts'
import type { Features } from './features.ts'
import type { Link, Transport, Where } from './link.ts'
import type { ConversationId, Stamp } from './stamp.ts'

/**
 * One protocol, from the client's side: what a folder of this package implements, and what
 * `connect` makes a Chat of. Its folder has the files of the protocol's folder in
 * `@parley/protocols`, by the same names.
 */
export interface ClientProtocol {
  readonly name: string
  /**
   * What makes each feature of a session. A feature that the protocol has no words for is absent.
   */
  readonly features: { readonly [F in keyof Features]: unknown }
  /**
   * Signs in on a fresh connection. Rejects with a ChatError when the greeting or the reply is not
   * what the document says, and destroys the link then.
   */
  signIn(link: Link, context: ClientContext): Promise<ClientSession>
}

/** One signed-in user on one connection. */
export interface ClientSession {
  /** The name as the server took it. */
  readonly me: string
  readonly features: Features
  /** Says goodbye. Resolves when the connection has ended. */
  quit(): Promise<void>
}

/** What a session has of its environment. */
export interface ClientContext {
  readonly name: string
  readonly password?: string | undefined
  readonly where: Where
  /** Where `json` moves the bytes of files. The port behind that of `where` unless given. */
  readonly filePort?: number | undefined
  /** For the private connections of files and tunnels. */
  readonly transport: Transport
  readonly clock: Clock
  /** How far this chat has come, over all its connections. */
  readonly cursor: Cursor
  /** Whether a message leaves the mailbox when the program was told of it. */
  readonly acknowledges: boolean
  /** How this device signs in without the password, and how it gets to do so. */
  readonly device: DeviceContext
  /**
   * Tells the chat of an event, from the moment of signing in. `taken` runs when the program has
   * been told.
   */
  emit<K extends keyof SessionEvents>(event: K, what: SessionEvents[K], taken?: () => void): void
  /**
   * The session that the chat has now, or the next one where its connection has broken. Rejects
   * with a ChatError when there will be none.
   */
  session(): Promise<ClientSession>
  /** Every line of the wire, both ways, in the notation; absent unless somebody looks. */
  readonly wire?: ((direction: 'sent' | 'received', line: string) => void) | undefined
  /** Called once, when the connection has ended, whoever ended it. */
  ended(reason: string): void
}

/** `null` and `undefined`: it has no token, and is given none. */
export interface DeviceContext {
  readonly token: string | null
  /** What a new token is listed as. */
  readonly label: string | undefined
  /** A token came; null: the one that was used is worth nothing. */
  remember(token: string | null): void
}

interface MaybeStamped {
  readonly stamp?: Stamp
}

/**
 * What a session hears: a chat's events but for those that the chat itself makes. Sealed messages
 * are still sealed.
 */
export type SessionEvents = Pick<
  ChatEvents,
  | 'joined'
  | 'left'
  | 'broadcast'
  | 'group-message'
  | 'membership'
  | 'group-changed'
  | 'notice'
  | 'game-announced'
  | 'game-started'
  | 'game-cancelled'
  | 'game-finished'
  | 'file-offered'
  | 'tunnel-asked'
  | 'protocol-violation'
  | 'taken'
  | 'message-deleted'
  | 'read'
  | 'caught-up'
> & {
  /** `to`: whom it went to, where this user said it on another device. */
  readonly 'plain-message': MaybeStamped & { readonly from: string; readonly to?: string; readonly text: string }
  /** `sessionKey`: the one that came with it, or last before it. */
  readonly 'sealed-message': MaybeStamped & {
    readonly from: string
    readonly to?: string
    readonly message: string
    readonly sessionKey: string | null
    /** The group that it was said in. */
    readonly group?: string
    /** It was said before this connection was there, and its server kept it. */
    readonly isPast?: boolean
  }
  /** A message that is gone: it was deleted before it came here. */
  readonly 'message-gone': MaybeStamped & { readonly from: string; readonly of: ConversationId }
  /** Somebody's public key came, asked for or not. */
  readonly key: { readonly user: string; readonly key: string }
  /** The other side has forgotten the session key, and whatever it knew of us (H-16). */
  readonly 'session-over': { readonly user: string }
}
