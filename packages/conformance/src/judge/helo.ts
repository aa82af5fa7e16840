import { lineNotation } from '@parley/protocols'
import type { JudgedProtocol } from './demand.ts'
import { lineDemands, signedIn, type LineWords } from './line-demands.ts'

const words: LineWords = {
  greeting: 'HELO Welkom to the judge',
  signIn: /^HELO (?<name>\w{1,32})(?: \S+)?$/,
  signingIn: 'sign in with HELO and a name of letters, digits or _',
  accepted: '+OK HELO <name>',
  nameTaken: '-ERR user already logged in',
  afterNameTaken: /^(?:HELO |QUIT)/,
  error: '-SOFT_ERR no such user!',
  unknown: 'WEATHER rain',
  others: ['BCST [eve] good morning', 'BCST [eve] hello', 'GROUP_MESSAGE [eve] hello'],
  farewell: 'DSCN Server is stopping',
  proves: {
    greeting: 'helo.txt 7.1 (1): the server greets a new connection',
    signIn: 'helo.txt 7.1 (2): a user name that is accepted is answered with +OK HELO',
    nameTaken: 'helo.txt 7.1 (3): a name in use is -ERR user already logged in',
    ping: 'helo.txt 7.3 (2): the client answers PONG',
    error: 'H-3: after sign-in no error begins with -ERR, because clients disconnect on that. -SOFT_ERR ends nothing.',
    broadcast: 'helo.txt 7.2 (4): the others hear BCST, the sender in brackets, and the message',
    farewell: 'helo.txt 7.3 (4): DSCN Pong timeout comes before the close',
  },
}
const forms = [
  /^HELO \S+(?: .+)?$/,
  /^BCST .+$/,
  /^GET_(?:USERS|GROUPS)(?: \*\w+)?$/,
  /^(?:REQUEST_PUBLIC_KEY|PUBLIC_KEY|PM|FILE_TRANS|READY_FOR_FILE) (?:\/\w+ )?@\S+ .+$/,
  /^(?:CREATE_GROUP|JOIN_GROUP|LEAVE_GROUP|KICK) .+$/,
  /^GROUP_MESSAGE @@\S+ .+$/,
  /^(?:PONG|QUIT(?: q)?)$/,
]

export const helo: JudgedProtocol = {
  notation: lineNotation,
  complaint: (line) =>
    line === '' || forms.some((form) => form.test(line)) ? undefined : 'the client says what is no command of helo',
  reply(line, name) {
    if (line.startsWith('BCST ')) return [`+OK ${line}`]
    if (line.startsWith('GET_USERS')) return [`+SUCCESS [${name}, eve]`]
    if (line.startsWith('GET_GROUPS')) return ['-SOFT_ERR there are no groups yet']
    const [, group] = /^(?:CREATE|JOIN)_GROUP (?:\/\w+ )?(\S+)/.exec(line) ?? []
    if (group !== undefined) return [`+SUCCESS you have successfully entered group "${group}"`]
    return line.startsWith('QUIT') ? ['+OK Goodbye'] : []
  },
  demands: [
    ...lineDemands(words),
    {
      name: 'sealed-messages/answers-a-key-request',
      proves: ["helo.txt 7.5 (9): PUBLIC_KEY goes back to the asker with the owner's name and the time stamp"],
      script: [
        ...signedIn(words),
        { do: 'say', line: 'REQUEST_PUBLIC_KEY @eve 1700000000000' },
        {
          do: 'hear',
          line: /^PUBLIC_KEY @eve /,
          what: 'answer with its public key',
          withinMs: 3_000,
          orSkip: 'it gives no public key',
        },
        { do: 'say', line: 'REQUEST_PUBLIC_KEY @eve 1700000000001' },
        {
          do: 'hear',
          line: /^PUBLIC_KEY @eve [A-Za-z0-9+/=]{64,} 1700000000001$/,
          what: 'answer with @eve, its key in base64, and the time stamp of the question',
          withinMs: 3_000,
        },
      ],
      meaning: 'The server finds the asker by the time stamp, which must come back as it was.',
    },
  ],
}
