import type { Ability } from './abilities.ts'
import type { Backup, Devices } from './devices.ts'
import type { Features, FetchOptions, Game, Groups, Mailbox, StoredMessage, Tunnels } from './features.ts'
import type { TunnelSealing } from './sealing/tunnel-sealing.ts'

/** A feature of the connection that there is now. Throws a ChatError where there is none. */
export type FeatureNow = <F extends keyof Features & Ability>(name: F) => NonNullable<Features[F]>

export interface ChatFeatures {
  readonly groups: Groups
  readonly game: Game
  readonly mailbox: Mailbox
  readonly tunnels: Tunnels
  readonly devices: Devices
  readonly backup: Backup
}

/** Features over one connection after another. What the protocol has no words for rejects. */
export function chatFeatures(now: FeatureNow, tunnelSealing: TunnelSealing): ChatFeatures {
  return {
    groups: {
      create: async (group) => now('groups').create(group),
      join: async (group) => now('groups').join(group),
      leave: async (group) => now('groups').leave(group),
      kick: async (group, user) => now('groups').kick(group, user),
      handOn: async (group, user) => now('groups').handOn(group, user),
      say: async (group, text, options) => now('groups').say(group, text, options),
      list: async () => now('groups').list(),
    },
    game: {
      start: async () => now('game').start(),
      join: async () => now('game').join(),
      guess: async (number) => now('game').guess(number),
    },
    mailbox: { fetch: (options = {}) => fetchMailbox(now, options) },
    tunnels: {
      ask: async (user, options) => {
        const tunnels = now('tunnels')
        return tunnelSealing.open(() => tunnels.ask(user, options), true, options)
      },
    },
    devices: {
      list: async () => now('devices').list(),
      revoke: async (id) => now('devices').revoke(id),
    },
    backup: {
      put: async (blob) => now('backup').put(blob),
      get: async () => now('backup').get(),
    },
  }
}

async function* fetchMailbox(now: FeatureNow, options: FetchOptions): AsyncIterable<StoredMessage> {
  yield* now('mailbox').fetch(options)
}
