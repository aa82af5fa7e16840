import type { FeatureTable } from '../kit/make-features.ts'
import type { HeloConnection } from './connection.ts'
import { HeloFiles } from './files.ts'
import { HeloGroups } from './groups.ts'
import { HeloKeys } from './keys.ts'
import { HeloTalk } from './talk.ts'
import { HeloUsers } from './users.ts'

/** Everything that a client of `helo` can do, by the chapters of helo.txt. */
export const features = {
  users: HeloUsers,
  talk: HeloTalk,
  keys: HeloKeys,
  groups: HeloGroups,
  files: HeloFiles,
} satisfies FeatureTable<HeloConnection>
