import { lineNotation } from '@parley/protocols'
import type { JudgedProtocol } from './demand.ts'
import { lineDemands, signedIn, type LineWords } from './line-demands.ts'

const words: LineWords = {
  greeting: 'INIT Welcome to the judge',
  signIn: /^IDENT (?<name>\w{3,14})(?: \S+)?$/,
  signingIn: 'sign in with IDENT and a name of 3 to 14 letters, digits or _',
  accepted: 'OK IDENT <name>',
  nameTaken: 'FAIL01 USER ALREADY LOGGED IN',
  afterNameTaken: /^(?:IDENT |QUIT$)/,
  error: 'FAIL00 UNKNOWN COMMAND',
  unknown: 'WEATHER rain',
  others: ['JOINED eve', 'BCST eve hello', 'LEFT eve'],
  farewell: 'DSCN Server is stopping',
  proves: {
    greeting: 'ident.txt INIT: the server confirms the connection, and so speaks first',
    signIn: 'ident.txt IDENT: a client takes a user name and hears OK IDENT with it',
    nameTaken: 'ident.txt FAIL01: the user is logged in already',
    ping: 'ident.txt PING (1): a PING comes from time to time, and PONG answers it',
    error: 'ident.txt FAIL00: an unknown command',
    broadcast: 'ident.txt BCST (2): the connected clients hear BCST, who said it, and the text',
    farewell: 'ident.txt DSCN: the server announces with DSCN that it ends the connection',
  },
}
const forms = [
  /^IDENT \S+(?: .+)?$/,
  /^(?:BCST|OK) .+$/,
  /^(?:USERS|PONG|QUIT)$/,
  /^(?:PM|PRIVATE_MESSAGE|PM_SESSIONKEY) \S+ .+$/,
  /^PM_PUBKEY \S+$/,
]

export const ident: JudgedProtocol = {
  notation: lineNotation,
  complaint: (line) =>
    line === '' || forms.some((form) => form.test(line)) ? undefined : 'the client says what is no command of ident',
  reply(line, name) {
    if (/^(?:BCST|PM|PRIVATE_MESSAGE) /.test(line)) return [`OK ${line}`]
    if (line === 'USERS') return [`OK USERS ${name}:eve`]
    return line === 'QUIT' ? ['OK Goodbye'] : []
  },
  demands: [
    ...lineDemands(words),
    {
      name: 'sealed-messages/acknowledges-a-key',
      proves: [
        'ident.txt PM_PUBKEY (2): whoever receives a public key says OK PM_PUBKEY',
        'I-7: in the field it rides with the next PONG.',
      ],
      script: [
        ...signedIn(words),
        {
          do: 'hear',
          line: /^PM_PUBKEY \S+$/,
          what: 'publish its key',
          withinMs: 3_000,
          orSkip: 'it has no public key',
        },
        { do: 'say', line: 'JOINED eve' },
        { do: 'say', line: 'PM_PUBKEY eve cHVibGljIGtleSBvZiBldmU=' },
        { do: 'say', line: 'PING' },
        { do: 'hear', line: /^OK PM_PUBKEY\b.*$/, what: 'acknowledge the key with OK PM_PUBKEY', withinMs: 3_000 },
      ],
      strictOnly: true,
      meaning: 'The client keeps the key and does not say so. No server in the field waits for it.',
    },
  ],
}
