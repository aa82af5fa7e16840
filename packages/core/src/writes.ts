import type { ConversationKey, ConversationKind } from './conversation.ts'
import type { KeptMessage } from './kept-message.ts'
import type { AuditEntry, Level, SavedModeration, SlowRate } from './moderation-state.ts'
import type { GroupName, NameKey, UserName } from './names.ts'
import type { Measure, Sanction, Subject } from './sanctions.ts'

/**
 * A registered name. `hash` is what the passwords port made of the password. `version` changes with
 * every password.
 */
export interface Account {
  readonly name: UserName
  readonly hash: string
  readonly version: number
}

/**
 * Something that signs in by a token in place of the password. `hash` is the token's; who has that
 * cannot sign in. Times are the log's.
 */
export interface Device {
  /** The sequence number of the entry that made it. */
  readonly id: number
  readonly account: NameKey
  /** What its owner calls it. */
  readonly label: string
  readonly hash: string
  readonly addedAt: number
  /** When it signed in last, to the hour. */
  readonly seenAt: number
}

/**
 * A bot that posts by a token, and that may be called. `hash` is the token's; who has that cannot
 * post. Times are the log's.
 */
export interface Hook {
  /** The sequence number of the entry that made it. */
  readonly id: number
  /** What its messages are from. */
  readonly name: UserName
  readonly hash: string
  /** The only conversation that it posts to; null: everybody and any group. */
  readonly to: ConversationKey | null
  /** null: it is not called. */
  readonly calls: HookCalls | null
}

/** The calls that tell a hook what is said. */
export interface HookCalls {
  readonly url: string
  /** What calls are signed with. */
  readonly secret: string
  /** The conversations that it hears: everybody and groups. */
  readonly of: readonly ConversationKey[]
  /** It was told everything up to this number. */
  readonly delivered: number
  /** When the first call failed since one went well; null: none did. */
  readonly failingSince: number | null
  /** It failed for too long, and is called no more. */
  readonly isOff: boolean
}

/** A private message that waits. Ids grow with the order of arrival. `at`: the log's time. */
export interface StoredMessage {
  readonly id: number
  readonly to: NameKey
  readonly from: UserName
  /** Whether the sender was a guest: guests together have a share of a mailbox. */
  readonly guest: boolean
  readonly text: string
  readonly at: number
}

/**
 * What of a group outlives its guests (H-7). Members in the order of joining, at least one;
 * `banned` by name.
 */
export interface GroupRecord {
  readonly name: GroupName
  readonly members: readonly UserName[]
  readonly banned: readonly NameKey[]
}

/**
 * What the store must remember. Carried out in order; each is idempotent, but for `history.prune`,
 * which may always be carried out once more. `account.remove` takes along what is of the account
 * alone: the messages of its mailbox, its devices, marks and backup, what it wrote, its private
 * messages and its stays. `group.put` makes the group with its bans where there is none.
 */
export type Write =
  | { readonly write: 'account.put'; readonly account: Account }
  | { readonly write: 'account.remove'; readonly account: NameKey }
  /** Of an account that is there. */
  | { readonly write: 'account.key'; readonly account: NameKey; readonly key: string }
  /** Made by the client, opaque to everybody else: an account has one. */
  | { readonly write: 'backup.put'; readonly account: NameKey; readonly blob: string }
  | { readonly write: 'device.put'; readonly device: Device }
  | { readonly write: 'device.remove'; readonly id: number }
  | { readonly write: 'hook.put'; readonly hook: Hook }
  | { readonly write: 'hook.remove'; readonly id: number }
  /** The highest sequence number counts. */
  | { readonly write: 'mark.put'; readonly user: NameKey; readonly conversation: string; readonly seq: number }
  | { readonly write: 'message.put'; readonly message: StoredMessage }
  | { readonly write: 'messages.remove'; readonly to: NameKey; readonly ids: readonly number[] }
  | { readonly write: 'group.put'; readonly group: GroupName; readonly banned: readonly NameKey[] }
  | { readonly write: 'group.remove'; readonly group: NameKey }
  | { readonly write: 'group.join'; readonly group: NameKey; readonly member: UserName }
  | { readonly write: 'group.leave'; readonly group: NameKey; readonly member: NameKey }
  /** The member is the first one from now on. */
  | { readonly write: 'group.admin'; readonly group: NameKey; readonly member: NameKey }
  | { readonly write: 'group.ban'; readonly group: NameKey; readonly user: NameKey }
  /** A registered member's time in a group: it may read what lies between the two numbers. */
  | { readonly write: 'stay.begin'; readonly group: NameKey; readonly user: NameKey; readonly seq: number }
  | { readonly write: 'stay.end'; readonly group: NameKey; readonly user: NameKey; readonly seq: number }
  | { readonly write: 'history.put'; readonly message: KeptMessage }
  /** The row keeps its place, as `deleted` and without its text. */
  | { readonly write: 'history.delete'; readonly seq: number }
  | { readonly write: 'history.prune'; readonly prune: HistoryPrune }
  /** In place of the one that the subject has. */
  | { readonly write: 'sanction.put'; readonly sanction: Sanction }
  | { readonly write: 'sanction.remove'; readonly measure: Measure; readonly subject: Subject }
  /** Of an account that is there. */
  | { readonly write: 'admin.put'; readonly account: NameKey; readonly isAdmin: boolean }
  | { readonly write: 'moderation.put'; readonly level: Level; readonly slow: SlowRate | null }
  /** The newest `auditedAtMost` are kept. */
  | { readonly write: 'audit.put'; readonly entry: AuditEntry }
  /** Numbers up to this one may be used before anything else is written. The highest counts. */
  | { readonly write: 'numbers.reserve'; readonly upTo: number }

const removals: ReadonlySet<Write['write']> = new Set(['messages.remove', 'device.remove', 'hook.remove'])

/** Whether these do nothing but remove: a full disk takes them. Which numbers are used is no matter. */
export function makesRoom(writes: readonly Write[]): boolean {
  const others = writes.filter(({ write }) => write !== 'numbers.reserve')
  return others.length > 0 && others.every(({ write }) => removals.has(write))
}

/**
 * What is kept no more: messages of a kind from before a time, those of a conversation beyond a
 * number of them, and the oldest of all beyond a number of bytes. The store removes at most `rows`
 * of them at once, and goes on with the next prune.
 */
export interface HistoryPrune {
  readonly kinds: { readonly [K in ConversationKind]: { readonly before: number; readonly messages: number } }
  readonly bytes: number
  readonly rows: number
}

export interface PublicKeyRecord {
  readonly account: NameKey
  readonly key: string
}

/** What a mailbox's message weighs, without its text. `bytes` of UTF-8. */
export interface WaitingMessage {
  readonly id: number
  readonly to: NameKey
  readonly from: NameKey
  readonly guest: boolean
  readonly bytes: number
}

/**
 * All that a community needs of its store to begin. Groups in the order in which they came to be,
 * messages by id.
 */
export interface DurableState {
  /** Of the last entry whose writes are in. */
  readonly seq: number
  /** The time of that entry. */
  readonly at: number
  /** No number above it was ever used. */
  readonly reserved: number
  /** How many behind it are reserved for whoever has loaded this. */
  readonly free: number
  /** Whether anything is kept. */
  readonly hasHistory: boolean
  readonly accounts: readonly Account[]
  /** The public keys of accounts that have one (`account.key`). */
  readonly publicKeys: readonly PublicKeyRecord[]
  /** By id. */
  readonly devices: readonly Device[]
  /** By id. */
  readonly hooks: readonly Hook[]
  readonly groups: readonly GroupRecord[]
  readonly messages: Iterable<WaitingMessage>
  readonly moderation: SavedModeration
}
