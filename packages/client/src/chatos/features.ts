import type { FeatureTable } from '../kit/make-features.ts'
import type { ChatosConnection } from './connection.ts'
import { ChatosTalk } from './talk.ts'
import { ChatosTunnels } from './tunnels.ts'

/** Everything that a client of `chatos` can do. The protocol has no list of users. */
export const features = {
  talk: ChatosTalk,
  tunnels: ChatosTunnels,
} satisfies FeatureTable<ChatosConnection>
