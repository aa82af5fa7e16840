import type { Secrecy } from '../features.ts'

/**
 * `event`: what happened, such as somebody leaving. `answer`: to a command. `mailbox`: out of the mailbox. `wire`: bytes as they went.
 * `unsent`: what this user wrote and the server has not taken.
 */
export type LineKind =
  'broadcast' | 'private' | 'group' | 'mailbox' | 'event' | 'answer' | 'warning' | 'error' | 'wire' | 'unsent'

/**
 * How something was protected. `unchecked`: sealed, by somebody whose key is not known to be the one
 * seen first. `unsigned`: sealed by `parley-1`, which does not prove who wrote it.
 */
export type Protection = Secrecy | 'unchecked' | 'unsigned'

/** One thing to show. Its texts are cleaned: a terminal may be given them as they are. */
export interface Line {
  /** Its place: lines of one conversation stand in the order of their ids, those of others in between. */
  readonly id: number
  /** Milliseconds since 1970. */
  readonly at: number
  readonly kind: LineKind
  /** `all`, `@user` or `#group`, in lower case: the key of the conversation to which it belongs. */
  readonly conversation: string
  /** null: nobody in particular said it. */
  readonly from: string | null
  /** To whom, where it was said to one user or a group: a name as it was taken. */
  readonly to: string | null
  /** This user said it. */
  readonly mine: boolean
  /** May have several lines. */
  readonly text: string
  /** null: it was said to everybody, or in a group where nothing can be sealed. */
  readonly secrecy: Protection | null
  /** Its number on a server that keeps it or numbers what is said. */
  readonly seq?: number
  /** Of one that is unsent. `unsure`: a connection broke that had it, and whether the server took it is not known. */
  readonly state?: 'waiting' | 'sending' | 'unsure'
  /** Whoever wrote it has deleted it: its text is empty. */
  readonly isDeleted?: true
  /** Groups that a group's message may be of, where `to` is null. */
  readonly mayBe?: readonly string[]
}

/** How a conversation is shown to be protected. */
export const secrecyWords = {
  sealed: 'sealed',
  unchecked: 'sealed, sender unchecked',
  unsigned: 'sealed, sender not proved',
  weak: 'weakly sealed',
  plain: 'plain',
} satisfies Record<Protection, string>

/** `cooks`, or `cooks or bakers` where the protocol does not say which of them. */
export function groupOf({ to, mayBe = [] }: Line): string {
  return to ?? (mayBe.length === 0 ? 'one of your groups' : mayBe.join(' or '))
}
