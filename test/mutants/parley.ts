import type { Body } from '@parley/protocols'
import { changing, dropping, without, type Mutant } from './mutant.ts'

export const parley: readonly Mutant[] = [
  {
    what: 'sends what is said to everybody back to the connection that said it',
    only: ['parley/talk/everybody'],
    toClient(line, { name }) {
      const { re, ok, kept, ...place } = JSON.parse(line) as Body
      if (re === undefined || ok !== true || kept === undefined) return undefined
      return [line, JSON.stringify({ event: 'message', ...place, from: name, to: '*', text: 'one', kept })]
    },
  },
  {
    what: 'replies with another id',
    only: ['parley/frames/requests'],
    toClient: changing((body) => (typeof body['re'] === 'number' ? { ...body, re: 0 } : undefined)),
  },
  {
    what: 'does not say the place of a message',
    only: ['parley/talk/everybody'],
    toClient: changing((body) => (body['event'] === 'message' ? without(body, 'seq') : undefined)),
  },
  {
    what: 'tells nobody who leaves',
    only: ['parley/leaving'],
    toClient: dropping(/"event":"left"/),
  },
  {
    what: 'tells nobody who comes',
    only: ['parley/sign-in/guest'],
    toClient: dropping(/"event":"joined"/),
  },
  {
    what: 'lists its history with the newest first',
    only: ['parley/history/private'],
    toClient: changing((body) => {
      const messages = body['messages']
      return Array.isArray(messages) ? { ...body, messages: messages.toReversed() } : undefined
    }),
  },
  {
    what: 'sends a message twice while it lets a client catch up',
    only: ['parley/history/catching-up'],
    toClient(line, { memory }) {
      if (line.includes('"event":"caught-up"')) return [String(memory.get('message')), line]
      if (line.includes('"event":"message"')) memory.set('message', line)
      return undefined
    },
  },
  {
    what: 'loses the nonce',
    only: ['parley/talk/everybody'],
    toClient: changing((body) => ('nonce' in body ? without(body, 'nonce') : undefined)),
  },
  {
    what: 'says no bye',
    only: ['parley/leaving'],
    toClient: dropping(/"event":"bye"/),
  },
  {
    what: 'does not tell who was kicked',
    only: ['parley/groups/kick'],
    toClient: changing((body) => (body['event'] === 'group-kicked' && !('user' in body) ? null : undefined)),
  },
  {
    what: 'says nothing to what is no JSON',
    only: ['parley/frames/requests'],
    toClient: dropping(/"error":"malformed"/),
  },
  {
    what: 'takes commands before hello',
    only: ['parley/hello'],
    toClient: changing(({ re, error }) => (error === 'hello-first' ? { re, ok: true } : undefined)),
  },
  {
    what: 'reads one line of those that come at once',
    only: ['parley/frames/bytes'],
    bytesToServer: (text) => text.replace(/(\}\r?\n)[^]*$/, '$1'),
  },
  {
    what: 'never sends ping',
    only: ['parley/heartbeat'],
    inTime: true,
    toClient: dropping(/"event":"ping"/),
  },
]
