import { replacing, type Mutant } from './mutant.ts'

export const json: readonly Mutant[] = [
  {
    what: 'writes statuses in small letters',
    only: ['json/broadcasts'],
    toClient: replacing(/"OK"/, '"ok"'),
  },
  {
    what: 'writes codes as text',
    only: ['json/sign-in'],
    toClient: replacing(/"code":(\d+)/, '"code":"$1"'),
  },
  {
    what: 'hangs up at an unknown command',
    only: ['json/commands', 'json/framing'],
    toClient(line, connection) {
      if (line === 'UNKNOWN_COMMAND') setImmediate(() => connection.end())
      return undefined
    },
  },
  {
    what: 'takes a body that is no JSON',
    only: ['json/framing'],
    toClient: replacing(/^PARSE_ERROR$/, 'BROADCAST_RESP {"status":"OK"}'),
  },
  {
    what: 'sends a private message without its sender',
    only: ['json/private-messages'],
    toClient: (line) => (line.startsWith('PRIVATE_MESSAGE ') ? line.replace(/"sender":"\w+",/, '') : undefined),
  },
  {
    what: 'makes ids of transfers of its own',
    only: ['json/files/transfer'],
    toClient: (line) =>
      line.startsWith('FILE_TRANSFER_RESPONSE ')
        ? line.replace(/"transferId":"\w{4}/, '"transferId":"0000')
        : undefined,
  },
  {
    what: 'hands a public key on without its owner',
    only: ['json/secure-messages'],
    toClient: (line) => (line.startsWith('SECURE_MESSAGE_RES ') ? line.replace(/"receiver":"\w+",/, '') : undefined),
  },
]
