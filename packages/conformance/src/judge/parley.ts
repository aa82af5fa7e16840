import { isBody, parleyNotation, type Body } from '@parley/protocols'
import { readJson } from '../json-text.ts'
import type { Demand, JudgedProtocol, ScriptStep } from './demand.ts'

const longestId = 64
/** L-5 */
const pongMs = 10_000
const at = 1_764_000_000_000
const commands = new Set(
  [
    'hello sign-in sign-out quit ping pong users say received groups group-create group-join group-leave group-kick',
    'group-hand-on key-publish key session-key history search conversations delete export read devices device-remove',
    'backup-put backup-get file-offer file-accept file-refuse file-write file-read file-done file-cancel file-state',
    'tunnel-ask tunnel-accept tunnel-refuse tunnel-data tunnel-credit tunnel-finish tunnel-close',
    'game-start game-join game-guess',
  ].flatMap((line) => line.split(' ')),
)

/** A request with its id, whatever the order of its members. */
function request(command: string, more = ''): RegExp {
  return new RegExp(`^(?=.*"do"\\s*:\\s*"${command}")(?=.*"id"\\s*:\\s*(?<id>\\d+|"[^"]*"))${more}`)
}

const limits = '"limits":{"frame":131072,"text":65536,"chunk":32768},"pingSeconds":20'
const greeting = `{"re":<id>,"ok":true,"version":1,"server":"The judge","features":["groups"],${limits}}`
const accepted = '{"re":<id>,"ok":true,"name":"<name>","registered":false,"seq":1}'
const ping = '{"event":"ping"}'
const message = (text: string) =>
  `{"event":"message","seq":3,"at":${at},"from":"eve","to":"*","text":"${text}","kept":false}`
const others = [
  `{"event":"joined","seq":2,"at":${at},"user":"eve"}`,
  message('hello'),
  `{"event":"left","seq":4,"at":${at},"user":"eve"}`,
]

const says = (line: string): ScriptStep => ({ do: 'say', line })
const hello: ScriptStep = {
  do: 'hear',
  first: true,
  line: request('hello', '(?=.*"versions"\\s*:\\s*\\[[^\\]]*\\b1\\b)'),
  what: 'say hello before anything else, with an id and with 1 among its versions',
}
const signIn: ScriptStep = {
  do: 'hear',
  line: request('sign-in', '(?=.*"name"\\s*:\\s*"(?<name>\\w{1,32})")'),
  what: 'sign in with an id and a name of 1 to 32 letters, digits or _',
}
const pong: ScriptStep = {
  do: 'hear',
  line: /^(?=.*"do"\s*:\s*"(?:pong|ping)")/,
  what: 'answer ping, best by pong',
  withinMs: pongMs,
}
const begin: readonly ScriptStep[] = [hello, says(greeting), signIn, says(accepted)]
const stillThere: readonly ScriptStep[] = [says(ping), pong]

const demands: readonly Demand[] = [
  {
    name: 'sign-in/hello-first',
    proves: ['L-2: hello is the first request, and says which versions the client speaks.'],
    script: [hello],
    meaning: 'The client waits for a greeting, or signs in at once. It speaks first, and hello is what it says.',
  },
  {
    name: 'sign-in/signs-in',
    proves: ['L-6: a client signs in by sign-in with a name.'],
    script: [...begin, ...stillThere],
    meaning: 'The client does not sign in behind hello, or chooses a name that is none.',
  },
  {
    name: 'sign-in/reply-in-pieces',
    proves: ['X-10: frames may arrive split or joined in any way.'],
    script: [
      hello,
      { do: 'pieces', texts: [greeting.slice(0, 20), greeting.slice(20), '\n'] },
      signIn,
      says(accepted),
      ...stillThere,
    ],
    meaning: 'The client takes what it reads at once for a whole line. TCP splits lines as it likes.',
  },
  {
    name: 'sign-in/name-taken',
    proves: ['L-6: a name in use is refused with name-taken.'],
    script: [
      hello,
      says(greeting),
      signIn,
      says('{"re":<id>,"ok":false,"error":"name-taken","message":"Somebody has this name."}'),
      {
        do: 'silence',
        ms: 800,
        but: /"do"\s*:\s*"(?:sign-in|quit|pong|ping|users|groups|key-publish)"/,
        mayLeave: true,
        what: 'sign in with another name or leave, because its name is taken',
      },
    ],
    meaning: 'The client does not read the reply to its sign-in, and goes on as if it were signed in.',
  },
  {
    name: 'sign-in/no-common-version',
    proves: ['L-2: where no version is common the server says which it has, and ends.'],
    script: [
      hello,
      says('{"re":<id>,"ok":false,"error":"no-common-version","message":"Version 7 only.","versions":[7]}'),
      { do: 'end' },
      { do: 'leaves', withinMs: 3_000, what: 'close its connection, because no version is common' },
    ],
    meaning: 'The client does not look whether its hello was taken.',
  },
  {
    name: 'heartbeat/answers-ping',
    proves: ['L-5: whatever the client sends within 10 s is an answer; pong is one that does nothing else.'],
    script: [...begin, ...stillThere, ...stillThere],
    meaning: 'The client has no heartbeat, or is too busy to read. A server ends its connection after 10 s.',
  },
  {
    name: 'heartbeat/ping-among-other-lines',
    proves: ['X-10: frames may arrive split or joined in any way.'],
    script: [...begin, { do: 'pieces', texts: [`${[...others, ping, ...others].join('\n')}\n`] }, pong],
    meaning: 'The client reads one line of those that came at once, and loses the others.',
  },
  {
    name: 'heartbeat/ping-in-pieces',
    proves: ['X-10: frames may arrive split or joined in any way.'],
    script: [...begin, { do: 'pieces', texts: [ping.slice(0, 5), ping.slice(5), '\n'] }, pong],
    meaning: 'The client takes what it reads at once for a whole line. TCP splits lines as it likes.',
  },
  {
    name: 'messages/what-others-do',
    proves: ['L-7: the others hear message, with who said it and to whom.'],
    script: [...begin, ...others.map(says), ...stillThere],
    meaning: 'The client falls over what somebody else does, or stops to read.',
  },
  {
    name: 'messages/long-text',
    proves: ['L-1: a frame of the server may be longer than 128 KiB.'],
    script: [...begin, says(message('x'.repeat(140_000))), ...stillThere],
    meaning: 'The client reads into a buffer of fixed size. A line may be longer than one read.',
  },
  {
    name: 'messages/received',
    proves: ['L-11: a parley connection says up to which number private messages have come.'],
    script: [
      hello,
      says(greeting),
      signIn,
      says(accepted.replace('false', 'true')),
      says(`{"event":"message","seq":5,"at":${at},"from":"eve","to":"@<name>","text":"for you","kept":true}`),
      {
        do: 'hear',
        line: /^(?=.*"do"\s*:\s*"received")(?=.*"seq"\s*:\s*5\b)/,
        what: 'say that it has received the message with the number 5',
        withinMs: 3_000,
        orSkip: 'it does not say what it has received, so messages may come again',
      },
    ],
    meaning: 'What was not received comes again at every sign-in.',
  },
  {
    name: 'framing/unknown-members',
    proves: ['L-1: unknown members are ignored, by both sides.'],
    script: [
      ...begin,
      says(others[1]!.replace('{', '{"mood":{"of":["eve"]},')),
      says(`{ "more" : null, "event" : "ping" }`),
      pong,
    ],
    meaning: 'The client wants exactly the members that it knows. A newer server has more.',
  },
  {
    name: 'framing/unknown-event',
    proves: ['L-1: what a client does not know it ignores.'],
    script: [...begin, says('{"event":"weather","rain":true}'), ...stillThere],
    meaning: 'The client falls over an event that it does not know.',
  },
  {
    name: 'errors/stays-after-a-refusal',
    proves: ['L-3: a refusal ends nothing.'],
    script: [
      ...begin,
      says('{"re":null,"ok":false,"error":"unknown-command","message":"This server has no such command."}'),
      ...stillThere,
    ],
    meaning: 'The client leaves at any error. This one ends nothing.',
  },
  {
    name: 'leaving/farewell',
    proves: ['L-10: the last thing that the server says is bye.'],
    script: [
      ...begin,
      says('{"event":"bye","why":"stopping","message":"The server is stopping."}'),
      { do: 'end' },
      { do: 'leaves', withinMs: 3_000, what: 'close its connection after the server said bye and hung up' },
    ],
    meaning: 'The client does not see the end of its connection, and waits or writes into nothing.',
  },
]

export const parley: JudgedProtocol = {
  notation: parleyNotation,
  complaint(line) {
    if (line === '') return undefined
    const read = readJson(line)
    if (!read.ok || !isBody(read.value)) return 'the line is no JSON object'
    const { do: command, id } = read.value
    if (typeof command !== 'string') return 'the request has no "do"'
    if (!commands.has(command)) return `the client says ${command}, which is no command of parley`
    return id === undefined || isId(id) ? undefined : 'the id is no whole number and no string of at most 64 characters'
  },
  reply(line, name) {
    const read = readJson(line)
    if (!read.ok || !isBody(read.value)) return []
    const { do: command, id } = read.value
    const members = typeof command === 'string' ? replyTo(command, name) : undefined
    const refused = members?.['ok'] === false
    const replies = id === undefined && !refused ? [] : [{ re: id ?? null, ok: true, ...members }]
    const bye = command === 'quit' ? [{ event: 'bye', why: 'quit', message: 'Goodbye.' }] : []
    return [...replies, ...bye].map((each) => JSON.stringify(each))
  },
  demands,
}

function isId(id: unknown): boolean {
  if (typeof id === 'string') return id.length <= longestId
  return typeof id === 'number' && Number.isSafeInteger(id) && id >= 0
}

/** What a reply has besides `re` and `ok`. */
function replyTo(command: string, name: string): Body {
  switch (command) {
    case 'users':
      return {
        users: [
          { name: 'eve', registered: false },
          { name, registered: false },
        ],
      }
    case 'groups':
      return { groups: [] }
    case 'say':
      return { seq: 9, at, kept: false }
    case 'key':
      return { ok: false, error: 'no-key', message: 'This user cannot receive sealed messages.' }
    case 'ping':
    case 'pong':
    case 'received':
    case 'sign-out':
    case 'quit':
    case 'group-create':
    case 'group-join':
    case 'group-leave':
      return {}
    default:
      return { ok: false, error: 'unknown-command', message: 'This server has no such command.' }
  }
}
