import type { NameKey, UserName } from '../names.ts'
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
    /** The account's mailbox goes with it. */
    remove(key: NameKey): Promise<Result<void, 'no-such-account' | StoreFailure>>
    /** In alphabetical order. */
    list(): Promise<Result<readonly Account[], StoreFailure>>
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
  close(): Promise<void>
}
export type StoreFailure = 'store-unavailable'
