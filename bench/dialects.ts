/** How the load speaks: what a client says first, what it says to everybody and how many bytes each listener then hears. */
export interface Dialect {
  signIn(name: string): Buffer
  message(name: string, text: string): Buffer
  /** What one message is at the listener. */
  heard(name: string, text: string): Buffer
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text)
  const length = Buffer.alloc(2)
  length.writeInt16BE(bytes.length)
  return Buffer.concat([length, bytes])
}

function chatos(opcode: number, ...strings: string[]): Buffer {
  return Buffer.concat([Buffer.of(opcode), ...strings.map(string)])
}

export const dialects: Readonly<Record<string, Dialect>> = {
  ident: {
    signIn: (name) => Buffer.from(`IDENT ${name}\n`),
    message: (_, text) => Buffer.from(`BCST ${text}\n`),
    heard: (name, text) => Buffer.from(`BCST ${name} ${text}\n`),
  },
  json: {
    signIn: (name) => Buffer.from(`LOGIN_REQ ${JSON.stringify({ username: name })}\n`),
    message: (_, text) => Buffer.from(`BROADCAST_REQ ${JSON.stringify({ message: text })}\n`),
    heard: (name, text) => Buffer.from(`BROADCAST ${JSON.stringify({ username: name, message: text })}\n`),
  },
  chatos: {
    signIn: (name) => chatos(1, name),
    message: (name, text) => chatos(3, name, text),
    heard: (name, text) => chatos(3, name, text),
  },
}

/** The bare server relays what it is sent: the message is what listeners of `dialect` would hear. */
export function bare(dialect: Dialect): Dialect {
  return { signIn: () => Buffer.alloc(0), message: dialect.heard, heard: dialect.heard }
}
