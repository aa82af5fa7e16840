import type { Body } from '@parley/protocols'
import type { Fault, FaultyConnection } from './faulty-server.ts'

export interface Mutant extends Fault {
  readonly what: string
  readonly protocol: string
  /** The transcripts that are played against it: parts of their paths. */
  readonly only: readonly string[]
  /** Time has to pass until it shows. */
  readonly inTime?: true
}

const others = ({ all }: FaultyConnection, own: FaultyConnection) => [...all].filter((each) => each !== own)
const replacing = (from: RegExp, to: string) => (line: string) => line.replace(from, to)
const changing = (change: (body: Body) => Body | null | undefined) => (line: string) => {
  const changed = change(JSON.parse(line) as Body)
  return changed === undefined || changed === null ? changed : JSON.stringify(changed)
}
const without = (body: Body, member: string) =>
  Object.fromEntries(Object.entries(body).filter(([name]) => name !== member))
const dropping = (form: RegExp) => (line: string) => (form.test(line) ? null : undefined)

/** Servers with one fault each, of the kinds that people who write one make. */
export const mutants: readonly Mutant[] = [
  {
    what: 'echoes a broadcast to its sender',
    protocol: 'ident',
    only: ['ident/broadcasts'],
    toClient: (line, { name }) => (line.startsWith('OK BCST ') ? [line, `BCST ${name} ${line.slice(8)}`] : undefined),
  },
  { what: 'tells nobody who leaves', protocol: 'ident', only: ['ident/leaving'], toClient: dropping(/^LEFT /) },
  { what: 'tells nobody who comes', protocol: 'ident', only: ['ident/sign-in'], toClient: dropping(/^JOINED /) },
  {
    what: 'has a wrong code for a name in use',
    protocol: 'ident',
    only: ['ident/sign-in'],
    toClient: replacing(/^FAIL01.*/, 'FAIL04 USER CANNOT LOGIN TWICE'),
  },
  {
    what: 'separates users by dashes',
    protocol: 'ident',
    only: ['ident/users'],
    toClient: (line) => (line.startsWith('OK USERS ') ? line.replaceAll(':', '-') : undefined),
  },
  {
    what: 'never sends PING',
    protocol: 'ident',
    only: ['ident/heartbeat'],
    inTime: true,
    toClient: dropping(/^PING$/),
  },
  {
    what: 'says nothing before it ends a silent connection',
    protocol: 'ident',
    only: ['ident/heartbeat/time-out'],
    inTime: true,
    toClient: dropping(/^DSCN /),
  },
  {
    what: 'loses session keys',
    protocol: 'ident',
    only: ['ident/sealed-messages'],
    toClient: dropping(/^PM_SESSIONKEY /),
  },
  { what: 'says no goodbye', protocol: 'ident', only: ['ident/leaving'], toClient: dropping(/^OK Goodbye$/) },
  {
    what: 'says goodbye and does not hang up',
    protocol: 'ident',
    only: ['ident/leaving'],
    neverCloses: true,
  },
  {
    what: 'joins several blanks of a text to one',
    protocol: 'ident',
    only: ['ident/broadcasts', 'ident/private-messages'],
    toServer: (line) => line.replace(/ {2,}/g, ' '),
  },
  {
    what: 'takes the CR of CRLF for a part of the line',
    protocol: 'ident',
    only: ['ident/framing'],
    bytesToServer: (text) => text.replaceAll('\r\n', '?\n'),
  },
  {
    what: 'reads one line of those that come at once',
    protocol: 'ident',
    only: ['ident/framing'],
    bytesToServer: (text) => text.replace(/\n[^]*$/, '\n'),
  },
  {
    what: 'takes each read for a whole line',
    protocol: 'ident',
    only: ['ident/framing'],
    bytesToServer: (text) => (text.endsWith('\n') ? text : `${text}\n`),
  },
  {
    what: 'answers empty lines',
    protocol: 'ident',
    only: ['ident/framing'],
    bytesToServer: (text, connection) => {
      if (/^\r?\n|\n\r?\n/.test(text)) connection.say('FAIL00 UNKNOWN COMMAND')
      return text
    },
  },
  {
    what: 'acknowledges without the text',
    protocol: 'ident',
    only: ['ident/broadcasts'],
    toClient: replacing(/^OK BCST .*/, 'OK BCST'),
  },
  {
    what: 'lets everybody hear private messages',
    protocol: 'ident',
    only: ['ident/private-messages'],
    toClient(line, connection) {
      if (line.startsWith('PRIVATE_MESSAGE ')) for (const other of others(connection, connection)) other.say(line)
      return undefined
    },
  },
  {
    what: 'lets people talk who have not signed in',
    protocol: 'ident',
    only: ['ident/sign-in'],
    toClient: replacing(/^FAIL03 .*/, 'OK BCST'),
  },
  {
    what: 'lets a client sign in twice',
    protocol: 'ident',
    only: ['ident/sign-in'],
    toClient: replacing(/^FAIL04 .*/, 'OK IDENT again'),
  },
  {
    what: 'takes any name',
    protocol: 'ident',
    only: ['ident/sign-in'],
    toClient: replacing(/^FAIL02 .*/, 'OK IDENT anybody'),
  },
  {
    what: 'knows names in the case only in which they were taken',
    protocol: 'ident',
    only: ['ident/private-messages'],
    toServer(line, { all }) {
      const [, name = '', text = ''] = /^PM (\w+) (.*)$/.exec(line) ?? []
      const taken = [...all].some((each) => each.name === name)
      return name === '' || taken ? undefined : `PM nobody-${name} ${text}`
    },
  },
  {
    what: 'begins errors with -ERR after sign-in',
    protocol: 'helo',
    only: ['helo/commands', 'helo/private-messages'],
    toClient: replacing(/^-SOFT_ERR/, '-ERR'),
  },
  {
    what: 'leaves a connection open whose name it refused',
    protocol: 'helo',
    only: ['helo/sign-in'],
    neverCloses: true,
  },
  {
    what: 'does not tell who was kicked',
    protocol: 'helo',
    only: ['helo/groups/kick'],
    toClient: dropping(/you have been kicked out/),
  },
  {
    what: 'sends a group message back to its sender',
    protocol: 'helo',
    only: ['helo/groups'],
    toServer(line, connection) {
      const [, text] = /^GROUP_MESSAGE @@\S+ (.+)$/.exec(line) ?? []
      if (text !== undefined) connection.say(`GROUP_MESSAGE [${connection.name}] ${text}`)
      return undefined
    },
  },
  {
    what: 'takes a kicked user for a member again',
    protocol: 'helo',
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
    protocol: 'helo',
    only: ['helo/users'],
    toClient: (line) => (line.startsWith('+SUCCESS [') ? line.replace(/(?:, )?unknown/g, '') : undefined),
  },
  {
    what: 'writes the sender without brackets',
    protocol: 'helo',
    only: ['helo/broadcasts'],
    toClient: replacing(/^BCST \[(\w+)\]/, 'BCST $1'),
  },
  {
    what: 'forgets the time stamp of a key request',
    protocol: 'helo',
    only: ['helo/sealed-messages'],
    toClient: replacing(/^(PUBLIC_KEY \S+ \S+) \S+$/, '$1'),
  },
  {
    what: 'writes statuses in small letters',
    protocol: 'json',
    only: ['json/broadcasts'],
    toClient: replacing(/"OK"/, '"ok"'),
  },
  {
    what: 'writes codes as text',
    protocol: 'json',
    only: ['json/sign-in'],
    toClient: replacing(/"code":(\d+)/, '"code":"$1"'),
  },
  {
    what: 'hangs up at an unknown command',
    protocol: 'json',
    only: ['json/commands', 'json/framing'],
    toClient(line, connection) {
      if (line === 'UNKNOWN_COMMAND') setImmediate(() => connection.end())
      return undefined
    },
  },
  {
    what: 'takes a body that is no JSON',
    protocol: 'json',
    only: ['json/framing'],
    toClient: replacing(/^PARSE_ERROR$/, 'BROADCAST_RESP {"status":"OK"}'),
  },
  {
    what: 'sends a private message without its sender',
    protocol: 'json',
    only: ['json/private-messages'],
    toClient: (line) => (line.startsWith('PRIVATE_MESSAGE ') ? line.replace(/"sender":"\w+",/, '') : undefined),
  },
  {
    what: 'makes ids of transfers of its own',
    protocol: 'json',
    only: ['json/files/transfer'],
    toClient: (line) =>
      line.startsWith('FILE_TRANSFER_RESPONSE ')
        ? line.replace(/"transferId":"\w{4}/, '"transferId":"0000')
        : undefined,
  },
  {
    what: 'hands a public key on without its owner',
    protocol: 'json',
    only: ['json/secure-messages'],
    toClient: (line) => (line.startsWith('SECURE_MESSAGE_RES ') ? line.replace(/"receiver":"\w+",/, '') : undefined),
  },
  {
    what: 'sends a broadcast back to its sender',
    protocol: 'chatos',
    only: ['chatos/broadcasts'],
    toServer(line, connection) {
      if (line.startsWith('SMA ')) connection.say(line)
      return undefined
    },
  },
  {
    what: 'sends no TCPAbort behind an error',
    protocol: 'chatos',
    only: ['chatos/tunnels/ask'],
    toClient: dropping(/^TCPAbort /),
  },
  {
    what: 'has another error for a user who is not there',
    protocol: 'chatos',
    only: ['chatos/private-messages'],
    toClient: replacing(/^ERROR Unreachable-User$/, 'ERROR Invalid-Pseudonym'),
  },
  {
    what: 'swaps sender and recipient of a tunnel',
    protocol: 'chatos',
    only: ['chatos/tunnels/accept', 'chatos/tunnels/decline', 'chatos/tunnels/ask'],
    toClient: replacing(/^(TCP\w+) sender=("\w+") recipient=("\w+")/, '$1 sender=$3 recipient=$2'),
  },
  {
    what: 'answers TERM',
    protocol: 'cp',
    only: ['cp/leaving/term'],
    inTime: true,
    toServer(line, connection) {
      if (line === 'TERM') connection.say('200 goodbye')
      return undefined
    },
  },
  {
    what: 'does not say that there are no more messages',
    protocol: 'cp',
    only: ['cp/messages/message'],
    toClient: dropping(/^255 /),
  },
  {
    what: 'has a code of its own for who cannot sign in',
    protocol: 'cp',
    only: ['cp/sign-in'],
    toClient: replacing(/^565 .*/, '566 go away'),
  },
  {
    what: 'takes a message with two colons',
    protocol: 'cp',
    only: ['cp/messages/too-many'],
    toClient: replacing(/^546 .*/, '240 message successfully sent'),
  },
  {
    what: 'sends what is said to everybody back to the connection that said it',
    protocol: 'parley',
    only: ['parley/talk/everybody'],
    toClient(line, { name }) {
      const { re, ok, kept, ...place } = JSON.parse(line) as Body
      if (re === undefined || ok !== true || kept === undefined) return undefined
      return [line, JSON.stringify({ event: 'message', ...place, from: name, to: '*', text: 'one', kept })]
    },
  },
  {
    what: 'replies with another id',
    protocol: 'parley',
    only: ['parley/frames/requests'],
    toClient: changing((body) => (typeof body['re'] === 'number' ? { ...body, re: 0 } : undefined)),
  },
  {
    what: 'does not say the place of a message',
    protocol: 'parley',
    only: ['parley/talk/everybody'],
    toClient: changing((body) => (body['event'] === 'message' ? without(body, 'seq') : undefined)),
  },
  {
    what: 'tells nobody who leaves',
    protocol: 'parley',
    only: ['parley/leaving'],
    toClient: dropping(/"event":"left"/),
  },
  {
    what: 'tells nobody who comes',
    protocol: 'parley',
    only: ['parley/sign-in/guest'],
    toClient: dropping(/"event":"joined"/),
  },
  {
    what: 'lists its history with the newest first',
    protocol: 'parley',
    only: ['parley/history/private'],
    toClient: changing((body) => {
      const messages = body['messages']
      return Array.isArray(messages) ? { ...body, messages: messages.toReversed() } : undefined
    }),
  },
  {
    what: 'sends a message twice while it lets a client catch up',
    protocol: 'parley',
    only: ['parley/history/catching-up'],
    toClient(line, { memory }) {
      if (line.includes('"event":"caught-up"')) return [String(memory.get('message')), line]
      if (line.includes('"event":"message"')) memory.set('message', line)
      return undefined
    },
  },
  {
    what: 'loses the nonce',
    protocol: 'parley',
    only: ['parley/talk/everybody'],
    toClient: changing((body) => ('nonce' in body ? without(body, 'nonce') : undefined)),
  },
  {
    what: 'says no bye',
    protocol: 'parley',
    only: ['parley/leaving'],
    toClient: dropping(/"event":"bye"/),
  },
  {
    what: 'does not tell who was kicked',
    protocol: 'parley',
    only: ['parley/groups/kick'],
    toClient: changing((body) => (body['event'] === 'group-kicked' && !('user' in body) ? null : undefined)),
  },
  {
    what: 'says nothing to what is no JSON',
    protocol: 'parley',
    only: ['parley/frames/requests'],
    toClient: dropping(/"error":"malformed"/),
  },
  {
    what: 'takes commands before hello',
    protocol: 'parley',
    only: ['parley/hello'],
    toClient: changing(({ re, error }) => (error === 'hello-first' ? { re, ok: true } : undefined)),
  },
  {
    what: 'reads one line of those that come at once',
    protocol: 'parley',
    only: ['parley/frames/bytes'],
    bytesToServer: (text) => text.replace(/(\}\r?\n)[^]*$/, '$1'),
  },
  {
    what: 'never sends ping',
    protocol: 'parley',
    only: ['parley/heartbeat'],
    inTime: true,
    toClient: dropping(/"event":"ping"/),
  },
]
