import { dropping, replacing, type Mutant } from './mutant.ts'

export const cp: readonly Mutant[] = [
  {
    what: 'answers TERM',
    only: ['cp/leaving/term'],
    inTime: true,
    toServer(line, connection) {
      if (line === 'TERM') connection.say('200 goodbye')
      return undefined
    },
  },
  {
    what: 'does not say that there are no more messages',
    only: ['cp/messages/message'],
    toClient: dropping(/^255 /),
  },
  {
    what: 'has a code of its own for who cannot sign in',
    only: ['cp/sign-in'],
    toClient: replacing(/^565 .*/, '566 go away'),
  },
  {
    what: 'takes a message with two colons',
    only: ['cp/messages/too-many'],
    toClient: replacing(/^546 .*/, '240 message successfully sent'),
  },
]
