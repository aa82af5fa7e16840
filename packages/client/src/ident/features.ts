import type { FeatureTable } from '../kit/make-features.ts'
import type { IdentConnection } from './connection.ts'
import { IdentKeys } from './keys.ts'
import { IdentTalk } from './talk.ts'
import { IdentUsers } from './users.ts'

/** Everything that a client of `ident` can do, by the chapters of ident.txt. */
export const features = {
  users: IdentUsers,
  talk: IdentTalk,
  keys: IdentKeys,
} satisfies FeatureTable<IdentConnection>
