/** How a client of one protocol says and hears what the kill loop is about, in the notation of the protocol. */
export interface Words {
  signIn(name: string, password: string): readonly string[]
  readonly welcome: RegExp
  /** Exactly one line of the reply is `taken` or `refused`. */
  tell(from: string, to: string, text: string): readonly string[]
  readonly taken: RegExp
  readonly refused: RegExp
  /** The text of a private message that is delivered. */
  readonly heard: RegExp
}

export type Sending = 'ident' | 'helo' | 'json' | 'cp' | 'chatos' | 'parley'

export const words: { readonly [protocol in Sending]: Words } = {
  ident: {
    signIn: (name, password) => [`IDENT ${name} ${password}`.trimEnd()],
    welcome: /^OK IDENT /,
    tell: (_, to, text) => [`PM ${to} ${text}`],
    taken: /^OK PM /,
    refused: /^FAIL/,
    heard: /^PRIVATE_MESSAGE \w+ (.+)$/,
  },
  helo: {
    signIn: (name, password) => [`HELO ${name} ${password}`.trimEnd()],
    welcome: /^\+OK HELO /,
    // There is no reply to a message (H-5), but the reply to what follows stands behind it.
    tell: (_, to, text) => [`PM @${to} ${text}`, 'GET_GROUPS'],
    taken: /^-SOFT_ERR there are no groups yet$/,
    refused: /^-/,
    heard: /^BCST \[\w+\] \(private\) (.+)$/,
  },
  json: {
    signIn: (username, password) => [`LOGIN_REQ ${JSON.stringify({ username, password: password || undefined })}`],
    welcome: /^LOGIN_RESP \{"status":"OK"\}$/,
    tell: (_, receiver, message) => [`PRIVATE_MESSAGE_REQ ${JSON.stringify({ receiver, message })}`],
    taken: /^PRIVATE_MESSAGE_RESP \{"status":"OK"\}$/,
    refused: /"ERROR"/,
    heard: /^PRIVATE_MESSAGE \{.*"message":"([^"]+)"\}$/,
  },
  cp: {
    signIn: (name, password) => [`USER${name}`, `PASS${password}`],
    welcome: /^230 /,
    tell: (_, to, text) => [`SMSG${to}:${text}`],
    taken: /^240 /,
    refused: /^5/,
    heard: /^RMSG\w+:(.+)$/,
  },
  chatos: {
    signIn: (name) => [`CR pseudo="${name}"`],
    welcome: /^ERROR OK$/,
    tell: (from, to, text) => [`SPM sender="${from}" recipient="${to}" message="${text}"`],
    taken: /^ERROR OK$/,
    refused: /^ERROR /,
    heard: /^SPM .* message="(.+)"$/,
  },
  parley: {
    signIn: (name) => ['{"id":0,"do":"hello","versions":[1]}', `{"id":1,"do":"sign-in","name":"${name}"}`],
    welcome: /^\{"re":1,"ok":true/,
    tell: (_, to, text) => [`{"id":2,"do":"say","to":"@${to}","text":"${text}"}`],
    taken: /^\{"re":2,"ok":true/,
    refused: /^\{"re":2,"ok":false/,
    // It only sends.
    heard: /^(?!)/,
  },
}
