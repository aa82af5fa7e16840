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

/** How long messages of one kind are kept, and how many of one conversation. */
export interface Retention {
  readonly days: number
  readonly messages: number
}

/** What is kept of what is said. `off`: nothing of this kind. */
export interface HistorySettings {
  readonly everyone: Retention | 'off'
  /** Of groups with a registered member: nobody could read another one's later. */
  readonly groups: Retention | 'off'
  /** Between two registered users. */
  readonly private: Retention | 'off'
  /** Whether guests read what everybody said before they came. */
  readonly guestsRead: boolean
  /** Of UTF-8, all texts together. The oldest go first. */
  readonly bytes: number
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
  readonly history: HistorySettings
}

export const defaultRetention: Retention = { days: 30, messages: 100_000 }

/** Always in the same order, so that equal settings are equal as text. */
export function settingsInOrder(settings: CommunitySettings): CommunitySettings {
  const { groupsPerUser, tunnelsPerUser, fileBytes } = settings
  const { perShare, inAll } = settings.kept
  const { perPair, perRecipient, bytes, guestShare } = settings.mailbox
  const mailbox = { perPair, perRecipient, bytes, guestShare }
  const kept = { perShare, inAll }
  return { groupsPerUser, tunnelsPerUser, fileBytes, kept, mailbox, history: historyInOrder(settings.history) }
}

function historyInOrder({ everyone, groups, private: ofTwo, guestsRead, bytes }: HistorySettings): HistorySettings {
  const kept = { everyone: inOrder(everyone), groups: inOrder(groups), private: inOrder(ofTwo) }
  return { ...kept, guestsRead, bytes }
}

function inOrder(retention: Retention | 'off'): Retention | 'off' {
  return retention === 'off' ? retention : { days: retention.days, messages: retention.messages }
}

/** The figures of and C-11, and our own for groups and history. */
export const defaultCommunitySettings: CommunitySettings = {
  groupsPerUser: 32,
  tunnelsPerUser: 8,
  fileBytes: 1_073_741_824,
  kept: { perShare: 2_097_152, inAll: 33_554_432 },
  mailbox: { perPair: 1_000, perRecipient: 10_000, bytes: 16 * 1_048_576, guestShare: 1 / 4 },
  history: {
    everyone: defaultRetention,
    groups: defaultRetention,
    private: defaultRetention,
    guestsRead: true,
    bytes: 1_073_741_824,
  },
}
