import type { KeptLimits } from './kept-bytes.ts'

/**
 * `perPair`: messages of one sender to one recipient. `perRecipient` and `bytes` of UTF-8: all that
 * wait for one recipient. `guestShare`: the part of both that guests together may take.
 */
export interface MailboxLimits {
  readonly perPair: number
  readonly perRecipient: number
  readonly bytes: number
  readonly guestShare: number
}

/** What a community allows. The same on every node that applies its log. */
export interface CommunitySettings {
  /** Groups that a user may be the admin of when it makes one more. */
  readonly groupsPerUser: number
  /** Tunnels that a user asked for, answered or not (C-11). */
  readonly tunnelsPerUser: number
  /** Bytes of the largest file that is passed on. */
  readonly fileBytes: number
  readonly kept: KeptLimits
  readonly mailbox: MailboxLimits
}

/** The figures of and C-11, and our own for groups. */
export const defaultCommunitySettings: CommunitySettings = {
  groupsPerUser: 32,
  tunnelsPerUser: 8,
  fileBytes: 1_073_741_824,
  kept: { perShare: 2_097_152, inAll: 33_554_432 },
  mailbox: { perPair: 1_000, perRecipient: 10_000, bytes: 16 * 1_048_576, guestShare: 1 / 4 },
}
