import type { Secrecy } from '@parley/client'

/**
 * `event`: what happened, such as somebody leaving. `answer`: to a command. `letter`: out of the mailbox. `wire`: bytes as they went.
 */
export type LineKind = 'broadcast' | 'private' | 'group' | 'letter' | 'event' | 'answer' | 'warning' | 'error' | 'wire'

/** One thing to show. Its texts are cleaned: a terminal may be given them as they are. */
export interface Line {
  /** Grows by one from line to line. */
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
  /** null: it is no private message. */
  readonly secrecy: Secrecy | null
}

/** How a conversation is shown to be protected. */
export const secrecyWords = {
  sealed: 'sealed',
  weak: 'weakly sealed',
  plain: 'plain',
} satisfies Record<Secrecy, string>
