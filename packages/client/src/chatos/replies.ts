import { errCodes, type ErrCode } from '@parley/protocols'
import { ChatError, type ChatErrorCode } from '../chat-error.ts'

export type Refusals = Readonly<Record<Exclude<ErrCode, 'OK'>, readonly [code: ChatErrorCode, message: string]>>

const inProtocole = 'that request is running already, or there are too many tunnels'
const notInProtocole = 'there is no such request any more'
const words: ReadonlyMap<number, string> = new Map(Object.entries(errCodes).map(([word, code]) => [code, word]))

/** C-1, C-6 */
export const crRefusals = {
  'Pseudo Unavailable': [
    'name-taken',
    'that name is in use, or registered; chatos has no place for the password of a registered name: take another name, or sign in by ident, helo, json or cp',
  ],
  'Invalid Pseudonym': ['name-invalid', 'the server does not take that name; letters, digits and _ are safe'],
  'Unreachable User': ['refused', 'the server refused the name'],
  'TCP In Protocole': ['broken-server', 'the server answered a sign-in with "TCP In Protocole"'],
  'TCP Not In Protocole': ['broken-server', 'the server answered a sign-in with "TCP Not In Protocole"'],
} satisfies Refusals

/** C-3: 4 is also the answer to too many messages, and to a text with nothing in it. */
export const smaRefusals = {
  'Pseudo Unavailable': ['refused', 'the server does not take the message'],
  'Invalid Pseudonym': ['refused', 'the server does not know this connection by its name'],
  'Unreachable User': [
    'too-many-messages',
    'the server did not take the message: too many at once, or nothing to read in it',
  ],
  'TCP In Protocole': ['refused', 'the server does not take the message'],
  'TCP Not In Protocole': ['refused', 'the server does not take the message'],
} satisfies Refusals

/** C-2, C-3 */
export const spmRefusals = {
  ...smaRefusals,
  'Unreachable User': [
    'no-such-user',
    'there is no such user, or the server did not take the message: too many, or nothing to read in it',
  ],
} satisfies Refusals

/** C-5 */
export const askRefusals = {
  ...smaRefusals,
  'Unreachable User': [
    'no-such-user',
    'there is no such user, or one whose protocol has no tunnels, or it was asked too often in a short time',
  ],
  'TCP In Protocole': ['refused', inProtocole],
  'TCP Not In Protocole': ['refused', notInProtocole],
} satisfies Refusals

/** C-7, C-8: on the main connection and on a private socket. */
export const tunnelRefusals = {
  ...smaRefusals,
  'Invalid Pseudonym': ['refused', 'the server does not know this user as a party of that request'],
  'Unreachable User': ['refused', 'the other user is gone'],
  'TCP In Protocole': ['refused', inProtocole],
  'TCP Not In Protocole': ['refused', notInProtocole],
} satisfies Refusals

/** undefined: the code says OK. */
export function refusalOf(code: number, refusals: Refusals): ChatError | undefined {
  if (code === errCodes.OK) return undefined
  for (const [word, [kind, message]] of Object.entries(refusals)) {
    if (word === words.get(code)) return new ChatError(kind, message)
  }
  return new ChatError(
    'broken-server',
    `the server answered with the error code ${code}, which the protocol does not have`,
  )
}
