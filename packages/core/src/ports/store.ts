import type { GroupName, NameKey, UserName } from '../names.ts'
import type { Result } from '../result.ts'

/** `name` is the case that is shown everywhere. `hash` is what the passwords port made of the password. */
export interface Account {
  readonly name: UserName
  readonly hash: string
}

/** A waiting private message. Ids grow with the order of arrival. `at`: wall time in milliseconds. */
export interface Letter {
  readonly id: number
  readonly from: UserName
  readonly text: string
  readonly at: number
}

/** What of a group outlives its guests (H-7). Members in the order of joining, at least one; `banned` by name. */
export interface GroupRecord {
  readonly name: GroupName
  readonly members: readonly UserName[]
  readonly banned: readonly NameKey[]
}

/** `perPair`: letters of one sender to one recipient; `perRecipient`: all that wait for one recipient. */
export interface MailboxLimits {
  readonly perPair: number
  readonly perRecipient: number
}

/**
 * What outlives a connection. Promises: a method that changes something resolves only when the change is durable;
 * a killed process loses nothing that was answered `ok`; calls of one caller take effect in the order they were made.
 * `store-unavailable`: the disk is full, gone or broken; nothing was changed.
 */
export interface Store {
  readonly accounts: {
    /** Sees what other processes have changed. */
    find(key: NameKey): Promise<Result<Account | null, StoreFailure>>
    add(account: Account): Promise<Result<void, 'account-exists' | StoreFailure>>
    setHash(key: NameKey, hash: string): Promise<Result<void, 'no-such-account' | StoreFailure>>
    /** The account's mailbox and its memberships go with it, and a group's last member takes the group along. */
    remove(key: NameKey): Promise<Result<void, 'no-such-account' | StoreFailure>>
    /** In alphabetical order. */
    list(): Promise<Result<readonly Account[], StoreFailure>>
    /** How many accounts have ever been removed, by other processes too: when it has grown, memberships may be gone. */
    removals(): Promise<Result<number, StoreFailure>>
  }
  readonly mailboxes: {
    put(
      to: NameKey,
      letter: Omit<Letter, 'id'>,
    ): Promise<Result<Letter, 'no-such-account' | 'mailbox-full' | StoreFailure>>
    /** The oldest letters with an id greater than `id`, at most `limit`. Empty for an unknown account. */
    after(to: NameKey, id: number, limit: number): Promise<Result<readonly Letter[], StoreFailure>>
    /** Ids that are not there are passed over. */
    remove(to: NameKey, ids: readonly number[]): Promise<Result<void, StoreFailure>>
  }
  readonly groups: {
    /** In the order in which they came to be. */
    list(): Promise<Result<readonly GroupRecord[], StoreFailure>>
    find(group: NameKey): Promise<Result<GroupRecord | null, StoreFailure>>
    /** Makes the group where there is none, with these bans. Who is in already stays where they are in the order. */
    join(
      group: { readonly name: GroupName; readonly banned: ReadonlySet<NameKey> },
      member: NameKey,
    ): Promise<Result<void, 'no-such-account' | StoreFailure>>
    /** The last member takes the group and its bans along. Groups and members that are not there are passed over. */
    leave(group: NameKey, member: NameKey): Promise<Result<void, StoreFailure>>
    /** The same, and the name is banned as long as the group lives. `user` need be no member and have no account. */
    ban(group: NameKey, user: NameKey): Promise<Result<void, StoreFailure>>
  }
  close(): Promise<void>
}
export type StoreFailure = 'store-unavailable'
