import type { PlacedFailure } from '../verdict.ts'

interface Clue {
  /** Without the actor in front; empty: nothing was expected. */
  readonly expected: string
  /** Empty: nothing came. */
  readonly came: string
  /** The actor of the line. */
  readonly actor: string
  readonly failure: PlacedFailure
}

const refuses = /^(?:FAIL\d\d|-(?:SOFT_)?ERR|5\d\d)\b|"ERROR"|^ERROR (?!OK)|"ok":\s*false/
const takes = /^(?:OK|\+OK|\+SUCCESS|2\d\d)\b|"status":\s*"OK"|^ERROR OK$|"ok":\s*true/

/** From the particular to the general: the first that fits is said. */
const meanings: readonly (readonly [fits: (clue: Clue) => boolean, meaning: string])[] = [
  [
    ({ failure }) => /could not connect/.test(failure.problem),
    'Nothing listens there, or something in between refuses it.',
  ],
  [
    ({ failure }) => /more than any transcript/.test(failure.problem),
    'The server floods its clients: it may be sending in a loop.',
  ],
  [
    ({ expected, came }) => /^230\b/.test(expected) && /^565\b/.test(came),
    'The password is refused. A server may lock an account for a minute after some wrong passwords, and the check says wrong ones, too: wait a minute, or give more accounts.',
  ],
  [
    ({ expected, came }) => expected !== '' && came.toUpperCase() === expected.toUpperCase(),
    'Only the case of the letters is different. Clients compare it.',
  ],
  [
    ({ expected, came }) => expected !== '' && came.trim() === expected.trim(),
    'Only the blanks at the ends are different. Text is handed on as it was written.',
  ],
  [
    ({ expected, came }) => expected !== '' && came.replace(/\s/g, '') === expected.replace(/\s/g, ''),
    'Only the blanks are different. Text is handed on as it was written, and blanks in it count.',
  ],
  [
    ({ expected, came, actor, failure }) =>
      expected === '' && /^(?:BCST|BROADCAST|SMA)\b/.test(came) && saidBy(actor, came, failure),
    'The server sends a broadcast back to the one who said it. Everybody but its sender is to hear it.',
  ],
  [
    ({ expected, came }) => expected === '' && /^JOINED\b/.test(came),
    'The server tells somebody of a newcomer who should not hear of it, or tells it twice.',
  ],
  [
    ({ expected, came }) => expected === '' && came === '[closed]',
    'The server ended the connection, which was to stay open. It may have stopped at what it was sent last.',
  ],
  [
    ({ expected }) => expected === '',
    'The server says something that the document does not ask for, or says it twice.',
  ],
  [
    ({ expected, came }) => expected === '[closed]' && came === '',
    'The server leaves a connection open that it is to close.',
  ],
  [
    ({ expected, came }) => came === '[closed]' && expected !== '[closed]',
    'The server hung up without a word. It may have stopped at what it was sent last.',
  ],
  [
    ({ expected, came }) => came === '' && /^LEFT\b/.test(expected),
    'The server does not tell the others when somebody leaves, or only after some ways of leaving.',
  ],
  [({ expected, came }) => came === '' && /^JOINED\b/.test(expected), 'The server does not tell the others who comes.'],
  [
    ({ expected, came }) => came === '' && /^(?:PING|DSCN)\b/.test(expected),
    'The server has no heartbeat, or another interval than the document.',
  ],
  [
    ({ came, failure }) => came === '' && failure.conversation.length <= 1,
    'The server takes the connection and says nothing. It may speak another protocol, or wait for TLS.',
  ],
  [
    ({ came, failure }) => came === '' && /-> (?:raw|hex) /.test(failure.conversation.at(-1) ?? ''),
    'The server may take what arrives in one piece for one message. TCP splits and joins messages as it likes.',
  ],
  [
    ({ expected, came, failure }) => failure.conversation.length <= 1 && wordOf(expected) !== wordOf(came),
    'This is another greeting: another protocol may be spoken here.',
  ],
  [
    ({ came }) => came.startsWith('hex '),
    'What came is no complete message of this protocol: its line end is missing, or a length is wrong.',
  ],
  [({ came }) => came === '', 'The server did not answer, or does not know this command.'],
  [({ expected, came }) => refuses.test(expected) && takes.test(came), 'The server takes what it is to refuse.'],
  [({ expected, came }) => takes.test(expected) && refuses.test(came), 'The server refuses what it is to take.'],
  [
    ({ expected, came }) => codeOf(expected) !== codeOf(came) && codeOf(expected) !== '' && codeOf(came) !== '',
    'The server has another code for this case. Clients decide by the code.',
  ],
  [
    ({ expected, came }) => wordOf(expected) === wordOf(came),
    'It is the right message, and something in it is different. The first difference is marked above.',
  ],
  [() => true, 'The server takes this for something else, or says things in another order.'],
]

/** What a failure usually means, for somebody who wrote the server and not the document. */
export function meaningOf(failure: PlacedFailure): string | undefined {
  const [, actor = '', expected = ''] = /^(\S+) <- (.*)$/s.exec(failure.expected[0] ?? '') ?? []
  const [, hearer = '', came = ''] = /^(\S+) <- (.*)$/s.exec(failure.heard[0] ?? '') ?? []
  if (failure.expected.length === 0 && failure.heard.length === 0 && !/connect/.test(failure.problem)) return undefined
  const clue: Clue = { expected, came, actor: actor || hearer, failure }
  return meanings.find(([fits]) => fits(clue))?.[1]
}

function saidBy(actor: string, came: string, { conversation }: PlacedFailure): boolean {
  const last = conversation.findLast((line) => line.startsWith(`${actor} -> `)) ?? ''
  const words = last.replace(/^\S+ -> \S+ /, '')
  return words !== '' && came.includes(words.replace(/^\{.*"message":\s*|\}$/g, '').trim())
}

function codeOf(line: string): string {
  return /^(FAIL\d\d|\d{3}|[+-]\w+)\b/.exec(line)?.[1] ?? /"code":\s*(\d+)/.exec(line)?.[1] ?? ''
}

function wordOf(line: string): string {
  return line.split(' ')[0] ?? ''
}
