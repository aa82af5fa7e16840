import type { Ability } from '@parley/client'

/** What is completed at a place of a command. */
type Place = 'user' | 'group' | 'word' | 'path'

export interface CommandSpec {
  /** With its second word where it has one: `group join`. */
  readonly name: string
  /** What stands behind the name, for people. */
  readonly usage: string
  readonly note: string
  /** The protocol has to be able to do this; null: always there. */
  readonly needs: Ability | null
  readonly places: readonly Place[]
  /** It is about the conversations of the screen; where lines are printed there is one for all. */
  readonly onScreen?: true
}

/** Every command, in the order of /help. */
export const commands = [
  { name: 'msg', usage: 'USER TEXT', note: 'write to one user', needs: 'tell', places: ['user'] },
  {
    name: 'query',
    usage: 'USER [TEXT]',
    note: 'open the conversation with one user',
    needs: 'tell',
    places: ['user'],
    onScreen: true,
  },
  { name: 'me', usage: 'TEXT', note: 'say what you do', needs: null, places: [] },
  { name: 'users', usage: '', note: 'who is here', needs: 'users', places: [] },
  { name: 'group create', usage: 'GROUP', note: 'make a group', needs: 'groups', places: ['word'] },
  { name: 'group join', usage: 'GROUP', note: 'join a group', needs: 'groups', places: ['group'] },
  { name: 'join', usage: 'GROUP', note: 'the same', needs: 'groups', places: ['group'] },
  { name: 'group leave', usage: 'GROUP', note: 'leave a group', needs: 'groups', places: ['group'] },
  {
    name: 'part',
    usage: '[GROUP]',
    note: 'leave a group, the open one unless named',
    needs: 'groups',
    places: ['group'],
  },
  {
    name: 'group kick',
    usage: 'GROUP USER',
    note: 'put a member out of your group',
    needs: 'groups',
    places: ['group', 'user'],
  },
  {
    name: 'group hand-on',
    usage: 'GROUP USER',
    note: 'make another member the admin of your group',
    needs: 'devices',
    places: ['group', 'user'],
  },
  { name: 'group say', usage: 'GROUP TEXT', note: 'write to a group', needs: 'groups', places: ['group'] },
  {
    name: 'group plain',
    usage: 'GROUP TEXT',
    note: 'write to a group unsealed, where not everybody can read sealed',
    needs: 'sealing',
    places: ['group'],
  },
  { name: 'group list', usage: '', note: 'which groups there are', needs: 'groups', places: [] },
  { name: 'file', usage: 'USER PATH', note: 'send a file', needs: 'files', places: ['user', 'path'] },
  {
    name: 'cancel',
    usage: '[NUMBER]',
    note: 'stop a file on its way; without a number, the only one',
    needs: 'files',
    places: [],
  },
  { name: 'tunnel list', usage: '', note: 'which tunnels stand, and where they lead', needs: 'tunnels', places: [] },
  { name: 'tunnel close', usage: '[NUMBER]', note: 'close a tunnel', needs: 'tunnels', places: [] },
  {
    name: 'tunnel',
    usage: 'USER PORT',
    note: 'a port of this machine that leads to theirs',
    needs: 'tunnels',
    places: ['user'],
  },
  {
    name: 'accept',
    usage: '[NUMBER] [HOST:PORT]',
    note: 'take a file, or let a tunnel through to HOST:PORT',
    needs: null,
    places: [],
  },
  { name: 'decline', usage: '[NUMBER]', note: 'decline a file or a tunnel', needs: null, places: [] },
  { name: 'game start', usage: '', note: 'start a game of guessing', needs: 'game', places: [] },
  { name: 'game join', usage: '', note: 'join the game', needs: 'game', places: [] },
  { name: 'game guess', usage: 'NUMBER', note: 'guess', needs: 'game', places: [] },
  { name: 'inbox', usage: '', note: 'fetch what waits in your mailbox', needs: 'mailbox', places: [] },
  {
    name: 'verify',
    usage: 'USER',
    note: 'the number that both of you can compare',
    needs: 'sealing',
    places: ['user'],
  },
  { name: 'accept-key', usage: 'USER', note: 'accept a key that has changed', needs: 'sealing', places: ['user'] },
  {
    name: 'recovery make',
    usage: '',
    note: 'a phrase that gives other devices your keys; it is shown once',
    needs: 'backup',
    places: [],
  },
  { name: 'recovery restore', usage: 'WORDS', note: 'take your keys from the backup', needs: 'backup', places: [] },
  {
    name: 'recovery anew',
    usage: '',
    note: 'seal with keys of this device instead of those in the backup',
    needs: 'backup',
    places: [],
  },
  { name: 'discard', usage: '', note: 'drop what was written and is not sent yet', needs: null, places: [] },
  {
    name: 'ignore',
    usage: '[USER]',
    note: 'hide what one user writes, or show it again; alone, who is hidden',
    needs: null,
    places: ['user'],
  },
  { name: 'search', usage: 'TEXT', note: 'find what was said in this conversation', needs: null, places: [] },
  {
    name: 'delete',
    usage: '[NUMBER]',
    note: 'delete what you said here, for everybody; alone, what there is',
    needs: 'history',
    places: [],
  },
  {
    name: 'export',
    usage: 'PATH',
    note: 'write what you said into a file, as JSON lines',
    needs: 'history',
    places: ['path'],
  },
  {
    name: 'devices revoke',
    usage: 'NUMBER',
    note: 'sign a device out for good',
    needs: 'devices',
    places: [],
  },
  { name: 'devices', usage: '', note: 'which devices sign in as you', needs: 'devices', places: [] },
  {
    name: 'clear',
    usage: '',
    note: 'forget what was said in this conversation',
    needs: null,
    places: [],
    onScreen: true,
  },
  { name: 'close', usage: '', note: 'put this conversation away', needs: null, places: [], onScreen: true },
  { name: 'raw', usage: 'on|off', note: 'show the bytes of the wire, both ways', needs: null, places: [] },
  { name: 'help', usage: '', note: 'this list', needs: null, places: [] },
  { name: 'quit', usage: '', note: 'leave', needs: null, places: [] },
] as const satisfies readonly CommandSpec[]

export type CommandName = (typeof commands)[number]['name']

/** What a protocol that can do these things has commands for. Only files and tunnels are accepted and declined. */
export function commandsFor(can: ReadonlySet<Ability>, isOnScreen = true): readonly CommandSpec[] {
  const invites = can.has('files') || can.has('tunnels')
  const all: readonly CommandSpec[] = commands
  return all.filter(({ name, needs, onScreen }) => {
    if (onScreen && !isOnScreen) return false
    return name === 'accept' || name === 'decline' ? invites : needs === null || can.has(needs)
  })
}

/** For /help: one line per command, and how to speak to everybody. */
export function helpText(can: ReadonlySet<Ability>, isOnScreen = true): string {
  const rows = [
    ['TEXT', 'say it to everybody (//TEXT says what begins with a slash)'] as const,
    ...commandsFor(can, isOnScreen).map(({ name, usage, note }) => [`/${name} ${usage}`.trimEnd(), note] as const),
  ]
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `${left.padEnd(width)}  ${right}`).join('\n')
}
