import { ChatError } from './chat-error.ts'
import type { ClientProtocol } from './client-protocol.ts'
import type { Features } from './features.ts'

/** Everything that a chat can do in some protocol, and what that is called. */
const abilities = {
  users: 'tell who is here',
  say: 'broadcast',
  tell: 'send private messages',
  groups: 'have groups',
  game: 'play',
  mailbox: 'fetch a mailbox',
  tunnels: 'open tunnels',
  files: 'send files',
  sealing: 'seal messages',
  history: 'keep a history',
  devices: 'have several devices',
  backup: 'keep a backup',
  lens: 'take messages apart',
  admin: 'look after a server',
} as const

export type Ability = keyof typeof abilities

/** What a chat can do by each feature. */
const byFeature = {
  users: ['users'],
  talk: ['say', 'tell'],
  groups: ['groups'],
  game: ['game'],
  mailbox: ['mailbox'],
  tunnels: ['tunnels'],
  files: ['files'],
  keys: ['sealing'],
  history: ['history'],
  devices: ['devices'],
  backup: ['backup'],
  lens: ['lens'],
  admin: ['admin'],
} satisfies Record<keyof Features, readonly Ability[]>

/** What a chat can do that has these features: those of a session, or of a protocol. */
export function abilitiesOf(features: ClientProtocol['features']): ReadonlySet<Ability> {
  const names = Object.keys(features) as (keyof Features)[]
  return new Set(names.flatMap((name): readonly Ability[] => byFeature[name]))
}

/**
 * The error of a chat whose protocol has no words for something. It names those of `protocols` that
 * have.
 */
export function cannot(protocol: string, ability: Ability, protocols: readonly ClientProtocol[]): ChatError {
  const others = protocols.filter(({ features }) => abilitiesOf(features).has(ability)).map(({ name }) => name)
  const named = others.length < 2 ? others.join('') : `${others.slice(0, -1).join(', ')} and ${others.at(-1)}`
  return new ChatError('cannot', `${protocol} cannot ${abilities[ability]}; ${named} can`)
}
