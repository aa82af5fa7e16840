import type { FeatureTable } from '../kit/make-features.ts'
import type { JsonConnection } from './connection.ts'
import { JsonFiles } from './files.ts'
import { JsonGame } from './game.ts'
import { JsonKeys } from './keys.ts'
import { JsonTalk } from './talk.ts'
import { JsonUsers } from './users.ts'

/** Everything that a client of `json` can do, by the chapters of json.txt. */
export const features = {
  users: JsonUsers,
  talk: JsonTalk,
  game: JsonGame,
  files: JsonFiles,
  keys: JsonKeys,
} satisfies FeatureTable<JsonConnection>
