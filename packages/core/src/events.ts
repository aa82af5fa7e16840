import type { FileEvent } from './file-events.ts'
import type { Conversation } from './conversation.ts'
import type { HookEvent } from './hook-events.ts'
import type { Keepable } from './keepable.ts'
import type { KeyEvent } from './key-events.ts'
import type { ConnectionId, GroupName, UserName } from './names.ts'
import type { TunnelEvent } from './tunnel-events.ts'

/**
 * What the community tells the many: plain data that survives JSON. A wire turns it into bytes,
 * once for all who share it.
 */
export type ChatEvent =
  | { readonly kind: 'user-joined'; readonly user: UserName }
  | { readonly kind: 'user-left'; readonly user: UserName }
  | ({ readonly kind: 'broadcast'; readonly from: UserName; readonly text: string } & Keepable)
  /**
   * `storedAs`: the id under which it waits in the mailbox; null: it is a guest's and waits
   * nowhere.
   */
  | ({
      readonly kind: 'private-message'
      readonly from: UserName
      readonly to: UserName
      readonly text: string
      readonly storedAs: number | null
    } & Keepable)
  | ({
      readonly kind: 'group-message'
      readonly group: GroupName
      readonly from: UserName
      readonly text: string
    } & Keepable)
  /**
   * To all who may have heard it, its sender's other devices among them. `seq`: of the message.
   * `to`: `*`, `#Group` or `@Name`.
   */
  | ({ readonly kind: 'message-deleted'; readonly seq: number; readonly from: UserName; readonly to: string } & Pick<
      Keepable,
      'kept'
    >)
  /** To the members who stay. */
  | { readonly kind: 'group-member-kicked'; readonly group: GroupName; readonly user: UserName }
  /** To the one who was kicked. */
  | { readonly kind: 'kicked-from-group'; readonly group: GroupName }
  /** To the one who inherits it. */
  | { readonly kind: 'group-inherited'; readonly group: GroupName }
  /** To the other devices of who has read it (`mark.read`). */
  | { readonly kind: 'conversation-read'; readonly conversation: Conversation; readonly seq: number }
  /** To the devices of the members, as are the next two: but for the one that joined. */
  | { readonly kind: 'group-member-joined'; readonly group: GroupName; readonly user: UserName }
  /** Also to the one who left. */
  | { readonly kind: 'group-member-left'; readonly group: GroupName; readonly user: UserName }
  | { readonly kind: 'group-admin-changed'; readonly group: GroupName; readonly user: UserName }
  /** To the devices of the members. `message` is opaque. */
  | ({
      readonly kind: 'sealed-group-message'
      readonly group: GroupName
      readonly from: UserName
      readonly message: string
    } & Keepable)
  | { readonly kind: 'game-announced'; readonly by: UserName }
  /** To the players, as are the next two. */
  | {
      readonly kind: 'game-started'
      readonly players: readonly UserName[]
      readonly lowest: number
      readonly highest: number
    }
  | { readonly kind: 'game-cancelled' }
  /** In ascending order of time, whole milliseconds. `ms` null: did not finish; those come last. */
  | {
      readonly kind: 'game-finished'
      readonly results: readonly { readonly user: UserName; readonly ms: number | null }[]
    }

export type EventKind = ChatEvent['kind']

/**
 * What the community tells one connection. Its session says it in its own words, or remembers it.
 */
export type ConnectionEvent = KeyEvent | FileEvent | TunnelEvent | EndEvent

/**
 * The community has signed this connection out, and its protocol says farewell. A device
 * that was revoked is a change of its account. `removed` and `banned`: an operator did it.
 */
export interface EndEvent {
  readonly kind: 'ended'
  readonly why: 'account-changed' | 'removed' | 'banned'
}

/** An event and who hears it. */
export type Addressed =
  | { readonly to: 'everyone'; readonly but: UserName | null; readonly event: ChatEvent }
  /** Each connection of these users. `but`: the one that hears of it by its result. */
  | {
      readonly to: 'users'
      readonly users: readonly UserName[]
      readonly but: ConnectionId | null
      readonly event: ChatEvent
    }
  /** Each device of this user (`Capabilities.devices`), but for the one on which it came about. */
  | {
      readonly to: 'devices'
      readonly user: UserName
      readonly but: ConnectionId | null
      readonly event: ChatEvent
    }
  | { readonly to: 'connections'; readonly connections: readonly ConnectionId[]; readonly event: ChatEvent }
  | { readonly to: 'connection'; readonly connection: ConnectionId; readonly event: ConnectionEvent }
  /** Whoever carries the bytes of files and tunnels. */
  | { readonly to: 'carriers'; readonly event: ConnectionEvent }
  /** Whoever calls the URLs of hooks. */
  | { readonly to: 'hooks'; readonly event: HookEvent }
