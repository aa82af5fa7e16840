import type { Demand, ScriptStep } from './demand.ts'

/** The words of a protocol that is made of lines and begins with a greeting. */
export interface LineWords {
  readonly greeting: string
  /** How a client signs in; the group `name` is its name. */
  readonly signIn: RegExp
  /** In words, such as `sign in with IDENT and a name`. */
  readonly signingIn: string
  readonly accepted: string
  readonly nameTaken: string
  /** What a client may say to a name that is taken: another one, or goodbye. */
  readonly afterNameTaken: RegExp
  /** An error that ends nothing. */
  readonly error: string
  /** A line that no client knows. */
  readonly unknown: string
  /** What somebody else does: `eve` comes, speaks, goes. */
  readonly others: readonly string[]
  readonly farewell: string
  readonly proves: {
    readonly greeting: string
    readonly signIn: string
    readonly nameTaken: string
    readonly ping: string
    readonly error: string
    readonly broadcast: string
    readonly farewell: string
  }
}

/** PONG is due within 3 s, on all three. */
const pongMs = 3_000
const pong: ScriptStep = { do: 'hear', line: /^PONG$/, what: 'answer PING with PONG', withinMs: pongMs }

/** The steps up to where the client is signed in. */
export function signedIn({ greeting, signIn, signingIn, accepted }: LineWords): readonly ScriptStep[] {
  return [
    { do: 'say', line: greeting },
    { do: 'hear', line: signIn, what: signingIn },
    { do: 'say', line: accepted },
  ]
}

/** What is asked of the clients of `ident`, `helo` and `json` alike. */
export function lineDemands(words: LineWords): readonly Demand[] {
  const begin = signedIn(words)
  const { proves } = words
  return [
    {
      name: 'sign-in/waits-for-the-greeting',
      proves: [proves.greeting],
      script: [
        { do: 'silence', ms: 400, what: 'say nothing before the greeting' },
        { do: 'say', line: words.greeting },
        { do: 'hear', line: words.signIn, what: words.signingIn },
      ],
      meaning: 'The client signs in as soon as it is connected. The server speaks first.',
    },
    {
      name: 'sign-in/greeting-in-pieces',
      proves: ['X-10: frames may arrive split or joined in any way.'],
      script: [
        { do: 'pieces', texts: [words.greeting.slice(0, 3), words.greeting.slice(3), '\n'] },
        { do: 'hear', line: words.signIn, what: words.signingIn },
      ],
      meaning: 'The client takes what it reads at once for a whole line. TCP splits lines as it likes.',
    },
    {
      name: 'sign-in/name-taken',
      proves: [proves.nameTaken],
      script: [
        { do: 'say', line: words.greeting },
        { do: 'hear', line: words.signIn, what: words.signingIn },
        { do: 'say', line: words.nameTaken },
        {
          do: 'silence',
          ms: 800,
          but: words.afterNameTaken,
          mayLeave: true,
          what: 'sign in with another name or leave, because its name is taken',
        },
      ],
      meaning: 'The client does not read the reply to its sign-in, and goes on as if it were signed in.',
    },
    {
      name: 'heartbeat/answers-ping',
      proves: [proves.ping],
      script: [...begin, { do: 'say', line: 'PING' }, pong, { do: 'say', line: 'PING' }, pong],
      meaning: 'The client has no heartbeat, or is too busy to read. A server ends its connection after 3 s.',
    },
    {
      name: 'heartbeat/ping-among-other-lines',
      proves: ['X-10: frames may arrive split or joined in any way.'],
      script: [...begin, { do: 'pieces', texts: [`${words.others.join('\n')}\nPING\n${words.others[0]}\n`] }, pong],
      meaning: 'The client reads one line of those that came at once, and loses the others.',
    },
    {
      name: 'heartbeat/ping-in-pieces',
      proves: ['X-10: frames may arrive split or joined in any way.'],
      script: [...begin, { do: 'pieces', texts: ['PI', 'NG', '\n'] }, pong],
      meaning: 'The client takes what it reads at once for a whole line. TCP splits lines as it likes.',
    },
    {
      name: 'heartbeat/no-pong-unasked',
      proves: [proves.ping],
      script: [...begin, { do: 'silence', ms: 1_000, but: /^(?!PONG)/, what: 'stay, and send no PONG without a PING' }],
      meaning: 'The client answers something else than PING, or ends by itself. Is its input still open?',
    },
    {
      name: 'events/what-others-do',
      proves: [proves.broadcast],
      script: [
        ...begin,
        ...words.others.map((line): ScriptStep => ({ do: 'say', line })),
        { do: 'say', line: 'PING' },
        pong,
      ],
      meaning: 'The client falls over what somebody else does, or stops to read.',
    },
    {
      name: 'events/long-text',
      proves: ['X-8: a line may have up to 64 KiB after sign-in.'],
      script: [
        ...begin,
        { do: 'pieces', texts: [`${words.others[1]!.replace('hello', 'x'.repeat(4_000))}\n`] },
        { do: 'say', line: 'PING' },
        pong,
      ],
      meaning: 'The client reads into a buffer of fixed size. A line may be longer than one read.',
    },
    {
      name: 'errors/stays-after-an-error',
      proves: [proves.error],
      script: [...begin, { do: 'say', line: words.error }, { do: 'say', line: 'PING' }, pong],
      meaning: 'The client leaves at any error. This one ends nothing.',
    },
    {
      name: 'errors/unknown-line',
      proves: ['X-1: what a protocol has no words for, its users do not hear; a newer server may have more words.'],
      script: [...begin, { do: 'say', line: words.unknown }, { do: 'say', line: 'PING' }, pong],
      meaning: 'The client falls over a line that it does not know.',
    },
    {
      name: 'leaving/farewell',
      proves: [proves.farewell],
      script: [
        ...begin,
        { do: 'say', line: words.farewell },
        { do: 'end' },
        { do: 'leaves', withinMs: 3_000, what: 'close its connection after the server said farewell and hung up' },
      ],
      meaning: 'The client does not see the end of its connection, and waits or writes into nothing.',
    },
  ]
}
