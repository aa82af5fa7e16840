import type { CommunitySettings } from '@parley/core'
import { memoryBudget } from './memory-budget.ts'
import type { HookSettings, PasswordLimits, Settings } from './settings.ts'

/**
 * The settings that may change while the server runs. Whoever reads a member at each use goes by
 * the present one; the objects stay the same.
 */
export class LiveSettings {
  readonly limits: Settings['limits']
  readonly passwords: PasswordLimits
  readonly hooks: HookSettings
  #name: string

  constructor({ limits, passwords, hooks, name }: Settings) {
    this.limits = { ...limits }
    this.passwords = { ...passwords }
    this.hooks = { ...hooks }
    this.#name = name
  }

  get name(): string {
    return this.#name
  }

  change({ limits, passwords, hooks, name }: Settings): void {
    Object.assign(this.limits, limits)
    Object.assign(this.passwords, passwords)
    Object.assign(this.hooks, hooks)
    this.#name = name
  }
}

/** What of the settings the community goes by. */
export function communitySettings({ limits, mailbox, history }: Settings): CommunitySettings {
  const { groupsPerUser, tunnelsPerUser, fileBytes } = limits
  const kept = { perShare: limits.keptBytes, inAll: memoryBudget(limits).kept }
  return { groupsPerUser, tunnelsPerUser, fileBytes, kept, mailbox, history }
}

/**
 * What is refused when, by the names of the settings. Where several nodes have one community, some of
 * it is the community's, whatever is configured here.
 */
export function settingsInForce(
  { limits, passwords }: LiveSettings,
  { groupsPerUser, tunnelsPerUser, fileBytes, kept, mailbox }: CommunitySettings,
): Readonly<Record<string, unknown>> {
  const ofCommunity = { groupsPerUser, tunnelsPerUser, fileBytes, keptBytes: kept.perShare }
  return { limits: { ...limits, ...ofCommunity }, passwords, mailbox }
}

/** Settings that differ and are read at the start only, by their names in the file. */
export function needRestart(before: Settings, after: Settings): readonly string[] {
  const fixed = ['listen', 'host', 'adminListen', 'data'] as const
  const changed: string[] = fixed.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
  if (JSON.stringify(before.cluster) !== JSON.stringify(after.cluster)) changed.push('cluster')
  if (before.disk.reserveBytes !== after.disk.reserveBytes) changed.push('disk.reserveBytes')
  return changed
}
