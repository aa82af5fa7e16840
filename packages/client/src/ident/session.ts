import type { WordLine } from '@parley/protocols'
import type { ClientSession } from '../client-protocol.ts'
import { makeFeatures, type MadeBy } from '../kit/make-features.ts'
import type { IdentConnection } from './connection.ts'
import { features } from './features.ts'

/** What to do with each word that replies to nothing. */
const heard: ReadonlyMap<string, (session: IdentSession, line: WordLine) => void> = new Map([
  ['PING', ({ connection }) => connection.send('PONG')],
  ['BCST', ({ features: { talk } }, line) => talk.hearBroadcast(line)],
  ['PRIVATE_MESSAGE', ({ features: { talk } }, line) => talk.hearMessage(line)],
  ['NPM', ({ features: { talk } }, line) => talk.hearMessage(line)],
  ['RECEIVE_PRIVATE_MSG', ({ features: { talk } }, line) => talk.hearMessage(line)],
  [
    'JOINED',
    ({ features: { users, keys } }, line) => {
      if (users.hearJoined(line)) keys.joined(line.rest)
    },
  ],
  [
    'LEFT',
    ({ features: { users, keys } }, line) => {
      if (users.hearLeft(line)) keys.left(line.rest)
    },
  ],
  ['PM_PUBKEY', ({ features: { keys } }, line) => keys.hearPublicKey(line)],
  ['PM_SESSIONKEY', ({ features: { keys } }, line) => keys.hearSessionKey(line)],
  ['DSCN', ({ connection }, { rest }) => connection.destroy(`the server ended the connection: ${rest}`)],
  ['OK', ({ connection }, line) => (/^goodbye/i.test(line.rest) ? undefined : connection.violation(line))],
])

export class IdentSession implements ClientSession {
  readonly connection: IdentConnection
  readonly features: MadeBy<typeof features>

  constructor(connection: IdentConnection) {
    this.connection = connection
    this.features = makeFeatures(features, connection)
    connection.listen((line) => {
      const hear = heard.get(line.word)
      if (hear) hear(this, line)
      else connection.violation(line)
    })
  }

  get me(): string {
    return this.connection.me
  }

  quit(): Promise<void> {
    return this.connection.leave('QUIT')
  }
}
