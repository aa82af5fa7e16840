import { dropping, others, replacing, type Mutant } from './mutant.ts'

export const ident: readonly Mutant[] = [
  {
    what: 'echoes a broadcast to its sender',
    only: ['ident/broadcasts'],
    toClient: (line, { name }) => (line.startsWith('OK BCST ') ? [line, `BCST ${name} ${line.slice(8)}`] : undefined),
  },
  { what: 'tells nobody who leaves', only: ['ident/leaving'], toClient: dropping(/^LEFT /) },
  { what: 'tells nobody who comes', only: ['ident/sign-in'], toClient: dropping(/^JOINED /) },
  {
    what: 'has a wrong code for a name in use',
    only: ['ident/sign-in'],
    toClient: replacing(/^FAIL01.*/, 'FAIL04 USER CANNOT LOGIN TWICE'),
  },
  {
    what: 'separates users by dashes',
    only: ['ident/users'],
    toClient: (line) => (line.startsWith('OK USERS ') ? line.replaceAll(':', '-') : undefined),
  },
  {
    what: 'never sends PING',
    only: ['ident/heartbeat'],
    inTime: true,
    toClient: dropping(/^PING$/),
  },
  {
    what: 'says nothing before it ends a silent connection',
    only: ['ident/heartbeat/time-out'],
    inTime: true,
    toClient: dropping(/^DSCN /),
  },
  {
    what: 'loses session keys',
    only: ['ident/sealed-messages'],
    toClient: dropping(/^PM_SESSIONKEY /),
  },
  { what: 'says no goodbye', only: ['ident/leaving'], toClient: dropping(/^OK Goodbye$/) },
  {
    what: 'says goodbye and does not hang up',
    only: ['ident/leaving'],
    neverCloses: true,
  },
  {
    what: 'joins several blanks of a text to one',
    only: ['ident/broadcasts', 'ident/private-messages'],
    toServer: (line) => line.replace(/ {2,}/g, ' '),
  },
  {
    what: 'takes the CR of CRLF for a part of the line',
    only: ['ident/framing'],
    bytesToServer: (text) => text.replaceAll('\r\n', '?\n'),
  },
  {
    what: 'reads one line of those that come at once',
    only: ['ident/framing'],
    bytesToServer: (text) => text.replace(/\n[^]*$/, '\n'),
  },
  {
    what: 'takes each read for a whole line',
    only: ['ident/framing'],
    bytesToServer: (text) => (text.endsWith('\n') ? text : `${text}\n`),
  },
  {
    what: 'answers empty lines',
    only: ['ident/framing'],
    bytesToServer: (text, connection) => {
      if (/^\r?\n|\n\r?\n/.test(text)) connection.say('FAIL00 UNKNOWN COMMAND')
      return text
    },
  },
  {
    what: 'acknowledges without the text',
    only: ['ident/broadcasts'],
    toClient: replacing(/^OK BCST .*/, 'OK BCST'),
  },
  {
    what: 'lets everybody hear private messages',
    only: ['ident/private-messages'],
    toClient(line, connection) {
      if (line.startsWith('PRIVATE_MESSAGE ')) for (const other of others(connection, connection)) other.say(line)
      return undefined
    },
  },
  {
    what: 'lets people talk who have not signed in',
    only: ['ident/sign-in'],
    toClient: replacing(/^FAIL03 .*/, 'OK BCST'),
  },
  {
    what: 'lets a client sign in twice',
    only: ['ident/sign-in'],
    toClient: replacing(/^FAIL04 .*/, 'OK IDENT again'),
  },
  {
    what: 'takes any name',
    only: ['ident/sign-in'],
    toClient: replacing(/^FAIL02 .*/, 'OK IDENT anybody'),
  },
  {
    what: 'knows names in the case only in which they were taken',
    only: ['ident/private-messages'],
    toServer(line, { all }) {
      const [, name = '', text = ''] = /^PM (\w+) (.*)$/.exec(line) ?? []
      const taken = [...all].some((each) => each.name === name)
      return name === '' || taken ? undefined : `PM nobody-${name} ${text}`
    },
  },
]
