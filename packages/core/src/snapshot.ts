import type { Effects } from './effects.ts'
import type { Features } from './features.ts'
import type { SavedFiles } from './files.ts'
import type { SavedGame } from './game.ts'
import { savedGroup, type SavedGroup } from './groups.ts'
import type { SavedHistory } from './history.ts'
import type { SavedKeys } from './keys.ts'
import type { SavedModeration } from './moderation-state.ts'
import type { SavedNodes } from './nodes.ts'
import type { CommunitySettings } from './settings.ts'
import type { SavedTunnels } from './tunnels.ts'
import type { User } from './users.ts'
import type { Account, Device, DurableState, Hook, WaitingMessage } from './writes.ts'

/** All of a community between two entries. Plain data that survives JSON. */
export interface Snapshot {
  readonly seq: number
  readonly accounts: readonly Account[]
  readonly devices: readonly Device[]
  readonly hooks: readonly Hook[]
  readonly users: readonly User[]
  readonly messages: readonly WaitingMessage[]
  readonly groups: readonly SavedGroup[]
  readonly history: SavedHistory
  readonly keys: SavedKeys
  readonly game: SavedGame
  readonly files: SavedFiles
  readonly tunnels: SavedTunnels
  readonly moderation: SavedModeration
  readonly nodes: SavedNodes
  readonly settings: CommunitySettings
}

/** Shares what the features hold: to be made into text or copied at once. */
export function stateOf(features: Features, seq: number): Snapshot {
  return {
    seq,
    accounts: features.accounts.save(),
    devices: features.devices.save(),
    hooks: features.hooks.save(),
    users: features.users.save(),
    messages: features.mailboxes.save(),
    groups: features.groups.save(),
    history: features.history.save(),
    keys: features.keys.save(),
    game: features.game.save(),
    files: features.files.save(),
    tunnels: features.tunnels.save(),
    moderation: features.moderation.save(),
    nodes: features.nodes.save(),
    settings: features.settings,
  }
}

/** In place of what is here. `snapshot` is nobody else's. */
export function restoreSnapshot(features: Features, snapshot: Snapshot): void {
  features.accounts.restore(snapshot.accounts)
  features.devices.restore(snapshot.devices)
  features.hooks.restore(snapshot.hooks)
  features.users.restore(snapshot.users)
  features.mailboxes.restore(snapshot.messages)
  features.groups.restore(snapshot.groups)
  features.history.restore(snapshot.history)
  features.keys.restore(snapshot.keys)
  features.game.restore(snapshot.game)
  features.files.restore(snapshot.files)
  features.tunnels.restore(snapshot.tunnels)
  features.moderation.restore(snapshot.moderation)
  features.nodes.restore(snapshot.nodes)
  Object.assign(features.settings, snapshot.settings)
}

/** Takes over what a store remembers, before the first entry. */
export function load(features: Features, state: DurableState): void {
  restoreStored(features, state)
  features.hooks.restore(state.hooks)
  features.groups.restore(state.groups.map(savedGroup))
  features.history.load(state.at, state.hasHistory)
}

/** Goes back to what a store remembers. Whoever is here stays. */
export function resetTo(features: Features, state: DurableState, out: Effects): void {
  restoreStored(features, state)
  features.hooks.reset(state.hooks, out)
  features.groups.reset(state.groups, out)
}

function restoreStored(features: Features, state: DurableState): void {
  features.moderation.restore(state.moderation)
  features.accounts.restore(state.accounts)
  features.keys.restoreAccounts(state.publicKeys)
  features.devices.restore(state.devices)
  features.mailboxes.restore(state.messages)
}
