import type { Ability } from './abilities.ts'
import type { Admin } from './admin.ts'
import type { Backup, Devices } from './devices.ts'
import type { Lens } from './lens.ts'
import { ChatError } from './chat-error.ts'
import { neededError } from './chat-recovery.ts'
import type { ChatSealing } from './chat-sealing.ts'
import type {
  ChatGroups,
  Features,
  FetchOptions,
  Game,
  GroupSayOptions,
  Mailbox,
  StoredMessage,
  Tunnels,
} from './features.ts'

/** A feature of the connection that there is now. Throws a ChatError where there is none. */
export type FeatureNow = <F extends keyof Features & Ability>(name: F) => NonNullable<Features[F]>

export interface ChatFeatures {
  readonly groups: ChatGroups
  readonly game: Game
  readonly mailbox: Mailbox
  readonly tunnels: Tunnels
  readonly devices: Devices
  readonly backup: Backup
  readonly lens: Lens
  readonly admin: Admin
}

/** Features over one connection after another. What the protocol has no words for rejects. */
export function chatFeatures(now: FeatureNow, sealing: ChatSealing): ChatFeatures {
  return {
    groups: {
      create: async (group) => now('groups').create(group),
      join: async (group) => now('groups').join(group),
      leave: async (group) => now('groups').leave(group),
      kick: async (group, user) => now('groups').kick(group, user),
      handOn: async (group, user) => now('groups').handOn(group, user),
      say: (group, text, options) => sayInGroup(now, sealing, group, text, options),
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
        return sealing.tunnels.open(() => tunnels.ask(user, options), true, options)
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
    lens: { show: async (message) => now('lens').show(message) },
    admin: {
      isAdmin: () => isAdminNow(now),
      ask: async (what, members) => now('admin').ask(what, members),
    },
  }
}

/** It is asked while a page is drawn, whether there is a connection or not. */
function isAdminNow(now: FeatureNow): boolean {
  try {
    return now('admin').isAdmin()
  } catch (error) {
    if (error instanceof ChatError) return false
    throw error
  }
}

async function sayInGroup(
  now: FeatureNow,
  sealing: ChatSealing,
  group: string,
  text: string,
  { sealing: how = 'sealed-if-possible', ...options }: GroupSayOptions = {},
): Promise<'sealed' | 'plain' | null> {
  const groups = now('groups')
  if (how !== 'plain' && groups.sealed && sealing.recovery.isNeeded) throw neededError()
  const sealed = sealing.now?.groups
  if (how === 'sealed' && !sealed) throw new ChatError('cannot', 'nothing can be sealed in groups here')
  if (how !== 'plain' && sealed && (await sealed.send(group, text, how === 'sealed', options))) return 'sealed'
  await groups.say(group, text, options)
  return groups.sealed ? 'plain' : null
}

async function* fetchMailbox(now: FeatureNow, options: FetchOptions): AsyncIterable<StoredMessage> {
  yield* now('mailbox').fetch(options)
}
