import type { FeatureTable } from '../kit/make-features.ts'
import type { CpConnection } from './connection.ts'
import { CpMailbox } from './mailbox.ts'
import { CpTalk } from './talk.ts'

/** Everything that a client of `cp` can do. The protocol has no list of users. */
export const features = {
  talk: CpTalk,
  mailbox: CpMailbox,
} satisfies FeatureTable<CpConnection>
