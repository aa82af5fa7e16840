import type { FeatureTable } from '../kit/make-features.ts'
import { ParleyAdmin } from './admin.ts'
import { ParleyBackup } from './backup.ts'
import type { ParleyConnection } from './connection.ts'
import { ParleyDevices } from './devices.ts'
import { ParleyFiles } from './files.ts'
import { ParleyGame } from './game.ts'
import { ParleyGroups } from './groups.ts'
import { ParleyHistory } from './history.ts'
import { ParleyKeys } from './keys.ts'
import { ParleyLens } from './lens.ts'
import { ParleyTalk } from './talk.ts'
import { ParleyTunnels } from './tunnels.ts'
import { ParleyUsers } from './users.ts'

/** Everything that a client of `parley` can do, by the chapters of its page. */
export const features = {
  users: ParleyUsers,
  talk: ParleyTalk,
  groups: ParleyGroups,
  game: ParleyGame,
  tunnels: ParleyTunnels,
  files: ParleyFiles,
  keys: ParleyKeys,
  history: ParleyHistory,
  devices: ParleyDevices,
  backup: ParleyBackup,
  lens: ParleyLens,
  admin: ParleyAdmin,
} satisfies FeatureTable<ParleyConnection>

/** By which word a server says that it has them; all others every server has. */
export const parts = {
  groups: 'groups',
  game: 'game',
  tunnels: 'tunnels',
  files: 'files',
  keys: 'sealing',
  history: 'history',
  devices: 'devices',
  backup: 'backup',
  lens: 'lens',
  admin: 'admin',
} satisfies Partial<Record<keyof typeof features, string>>
