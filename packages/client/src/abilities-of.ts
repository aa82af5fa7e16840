import { ChatError, type Ability } from './chat.ts'
import type { Speaker } from './speaker.ts'

const who: Record<Ability, readonly string[]> = {
  users: ['ident', 'helo', 'json'],
  say: ['ident', 'helo', 'json', 'cp', 'chatos'],
  tell: ['ident', 'helo', 'json', 'cp', 'chatos'],
  groups: ['helo'],
  game: ['json'],
  mailbox: ['cp'],
  tunnels: ['chatos'],
  files: ['helo', 'json'],
  sealing: ['ident', 'helo', 'json'],
}

const what: Record<Ability, string> = {
  users: 'tell who is here',
  say: 'broadcast',
  tell: 'send private messages',
  groups: 'have groups',
  game: 'play',
  mailbox: 'fetch a mailbox',
  tunnels: 'open tunnels',
  files: 'send files',
  sealing: 'seal messages',
}

export function abilitiesOf(speaker: Speaker): ReadonlySet<Ability> {
  const abilities = new Set<Ability>(['say', 'tell'])
  if (speaker.users) abilities.add('users')
  if (speaker.groups) abilities.add('groups')
  if (speaker.game) abilities.add('game')
  if (speaker.fetchMailbox) abilities.add('mailbox')
  if (speaker.askTunnel) abilities.add('tunnels')
  if (speaker.sendFile) abilities.add('files')
  if (speaker.keys) abilities.add('sealing')
  return abilities
}

export function cannot(protocol: string, ability: Ability): ChatError {
  const others = who[ability]
  const named = others.length < 2 ? others.join('') : `${others.slice(0, -1).join(', ')} and ${others.at(-1)}`
  return new ChatError('cannot', `${protocol} cannot ${what[ability]}; ${named} can`)
}
