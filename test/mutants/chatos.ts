import { dropping, replacing, type Mutant } from './mutant.ts'

export const chatos: readonly Mutant[] = [
  {
    what: 'sends a broadcast back to its sender',
    only: ['chatos/broadcasts'],
    toServer(line, connection) {
      if (line.startsWith('SMA ')) connection.say(line)
      return undefined
    },
  },
  {
    what: 'sends no TCPAbort behind an error',
    only: ['chatos/tunnels/ask'],
    toClient: dropping(/^TCPAbort /),
  },
  {
    what: 'has another error for a user who is not there',
    only: ['chatos/private-messages'],
    toClient: replacing(/^ERROR Unreachable-User$/, 'ERROR Invalid-Pseudonym'),
  },
  {
    what: 'swaps sender and recipient of a tunnel',
    only: ['chatos/tunnels/accept', 'chatos/tunnels/decline', 'chatos/tunnels/ask'],
    toClient: replacing(/^(TCP\w+) sender=("\w+") recipient=("\w+")/, '$1 sender=$3 recipient=$2'),
  },
]
