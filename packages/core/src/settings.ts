import type { MailboxLimits } from './ports/store.ts'

/** A token bucket: `burst` at once, then `perSecond`. */
export interface Rate {
  readonly burst: number
  readonly perSecond: number
}

/** Failed passwords a minute, after which the answer comes late and without a look at the password. */
export interface PasswordLimits {
  readonly perNameAndAddress: number
  readonly perAddress: number
  readonly perName: number
}

export interface CoreSettings {
  /** Messages that others hear, per user; null: no limit. */
  readonly messageRate: Rate | null
  /** Groups that a user may be the admin of when it makes one more. */
  readonly groupsPerUser: number
  /** Tunnels that a user asked for, answered or not (C-11). */
  readonly tunnelsPerUser: number
  /** Bytes of the largest file that is passed on. */
  readonly fileBytes: number
  readonly mailbox: MailboxLimits
  readonly passwords: PasswordLimits
}

/** The figures of and C-11, and our own for groups. */
export const defaultCoreSettings: CoreSettings = {
  messageRate: { burst: 20, perSecond: 5 },
  groupsPerUser: 32,
  tunnelsPerUser: 8,
  fileBytes: 1_073_741_824,
  mailbox: { perPair: 1_000, perRecipient: 10_000 },
  passwords: { perNameAndAddress: 5, perAddress: 20, perName: 100 },
}
