import { dropping, replacing, type Mutant } from './mutant.ts'

export const helo: readonly Mutant[] = [
  {
    what: 'begins errors with -ERR after sign-in',
    only: ['helo/commands', 'helo/private-messages'],
    toClient: replacing(/^-SOFT_ERR/, '-ERR'),
  },
  {
    what: 'leaves a connection open whose name it refused',
    only: ['helo/sign-in'],
    neverCloses: true,
  },
  {
    what: 'does not tell who was kicked',
    only: ['helo/groups/kick'],
    toClient: dropping(/you have been kicked out/),
  },
  {
    what: 'sends a group message back to its sender',
    only: ['helo/groups'],
    toServer(line, connection) {
      const [, text] = /^GROUP_MESSAGE @@\S+ (.+)$/.exec(line) ?? []
      if (text !== undefined) connection.say(`GROUP_MESSAGE [${connection.name}] ${text}`)
      return undefined
    },
  },
  {
    what: 'takes a kicked user for a member again',
    only: ['helo/groups/join'],
    toServer(line, { memory }) {
      memory.set('joins', line.startsWith('JOIN_GROUP '))
      return undefined
    },
    toClient: (line, { memory }) =>
      memory.get('joins') && line.startsWith('-SOFT_ERR')
        ? '+SUCCESS you have successfully entered group "cats"'
        : undefined,
  },
  {
    what: 'lists nobody who has not signed in',
    only: ['helo/users'],
    toClient: (line) => (line.startsWith('+SUCCESS [') ? line.replace(/(?:, )?unknown/g, '') : undefined),
  },
  {
    what: 'writes the sender without brackets',
    only: ['helo/broadcasts'],
    toClient: replacing(/^BCST \[(\w+)\]/, 'BCST $1'),
  },
  {
    what: 'forgets the time stamp of a key request',
    only: ['helo/sealed-messages'],
    toClient: replacing(/^(PUBLIC_KEY \S+ \S+) \S+$/, '$1'),
  },
]
