/**
 * How the load speaks: what a client says to come in, to everybody and to one other, and what it
 * hears of that.
 */
export interface Dialect {
  /**
   * What a client says before it hears and is heard, one after the other, and what the reply to
   * each has in it.
   */
  entry(name: string): readonly EntryStep[]
  message(name: string, text: string): Buffer
  privateMessage?(to: string, text: string): Buffer
  /** Whether the line of a signed-in client that begins here brings a private message. */
  bringsPrivateMessage?(bytes: Buffer, at: number): boolean
  /** What a line has in it that tells of a sign-in or of a departure. */
  readonly arrival?: string
  readonly departure?: string
}

export interface EntryStep {
  readonly say: Buffer
  readonly until: string
}

const letter = { colon: 0x3a, P: 0x50, R: 0x52 }

function string(text: string): Buffer {
  const bytes = Buffer.from(text)
  const length = Buffer.alloc(2)
  length.writeInt16BE(bytes.length)
  return Buffer.concat([length, bytes])
}

function chatos(opcode: number, ...strings: string[]): Buffer {
  return Buffer.concat([Buffer.of(opcode), ...strings.map(string)])
}

export const dialects = {
  ident: {
    entry: (name) => [{ say: Buffer.from(`IDENT ${name}\n`), until: `OK IDENT ${name}\n` }],
    message: (_, text) => Buffer.from(`BCST ${text}\n`),
    privateMessage: (to, text) => Buffer.from(`PM ${to} ${text}\n`),
    bringsPrivateMessage: (bytes, at) => bytes[at] === letter.P && bytes[at + 1] === letter.R,
    arrival: 'JOINED ',
    departure: 'LEFT ',
  },
  json: {
    entry: (name) => [
      { say: Buffer.from(`LOGIN_REQ ${JSON.stringify({ username: name })}\n`), until: 'LOGIN_RESP {"status":"OK"}' },
    ],
    message: (_, text) => Buffer.from(`BROADCAST_REQ ${JSON.stringify({ message: text })}\n`),
  },
  chatos: {
    entry: (name) => [{ say: chatos(1, name), until: '\u0008\u0001' }],
    message: (name, text) => chatos(3, name, text),
  },
  parley: {
    entry: (name) => [
      { say: Buffer.from('{"id":0,"do":"hello","versions":[1]}\n'), until: '{"re":0,"ok":true' },
      { say: Buffer.from(`{"id":1,"do":"sign-in","name":${JSON.stringify(name)}}\n`), until: '{"re":1,"ok":true' },
    ],
    message: (_, text) => Buffer.from(`{"id":2,"do":"say","to":"*","text":${JSON.stringify(text)}}\n`),
    arrival: '"joined"',
    departure: '"left"',
  },
  irc: {
    entry: (name) => [
      { say: Buffer.from(`NICK ${name}\r\nUSER ${name} 0 * :${name}\r\n`), until: ' 422 ' },
      { say: Buffer.from('JOIN #all\r\n'), until: ' 366 ' },
    ],
    message: (_, text) => Buffer.from(`PRIVMSG #all :${text}\r\n`),
    privateMessage: (to, text) => Buffer.from(`PRIVMSG ${to} :${text}\r\n`),
    bringsPrivateMessage: (bytes, at) => bytes[at] === letter.colon,
    arrival: ' JOIN ',
    departure: ' QUIT ',
  },
  /**
   * Lines or frames as `ident` and `chatos` listeners hear them, for a relay that reads nothing of
   * them.
   */
  'bare-lines': {
    entry: () => [],
    message: (name, text) => Buffer.from(`BCST ${name} ${text}\n`),
  },
  'bare-frames': {
    entry: () => [],
    message: (name, text) => chatos(3, name, text),
  },
  'bare-json': {
    entry: () => [],
    message: (name, text) => Buffer.from(`BROADCAST ${JSON.stringify({ username: name, message: text })}\n`),
  },
} as const satisfies Record<string, Dialect>

export type DialectName = keyof typeof dialects

export function dialectNamed(name: string | undefined): Dialect {
  const found: Readonly<Record<string, Dialect>> = dialects
  const dialect = found[name ?? '']
  if (!dialect) throw new Error(`no dialect is called ${name}: there are ${Object.keys(dialects).join(', ')}`)
  return dialect
}
