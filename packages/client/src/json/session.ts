import type { Body } from '@parley/protocols'
import type { ClientSession } from '../client-protocol.ts'
import { makeFeatures, type MadeBy } from '../kit/make-features.ts'
import type { JsonConnection } from './connection.ts'
import { features } from './features.ts'
import { farewell } from './replies.ts'
import { hearLoginResponse } from './users.ts'

type Hear = (session: JsonSession, body: Body, header: string) => void

const hearGame: Hear = ({ features: { game }, connection }, body, header) => {
  if (!game.heard(header, body)) connection.violation(`${header} is nothing that a json server says now`)
}
const hearKeys: Hear = ({ features: { keys } }, body, header) => keys.heard(header, body)

/** What to do with each header that replies to nothing. */
const heard: ReadonlyMap<string, Hear> = new Map([
  ['PING', ({ connection }) => connection.send('PONG')],
  ['DSCN', ({ connection }, body) => connection.destroy(farewell(body))],
  ['LOGIN_RESP', ({ connection }, body) => hearLoginResponse(connection, body)],
  ['BYE_RESP', () => {}],
  ['JOINED', ({ features: { users } }, body) => void users.hear('joined', body)],
  [
    'LEFT',
    ({ features: { users, files } }, body) => {
      const user = users.hear('left', body)
      if (user !== undefined) files.left(user)
    },
  ],
  ['BROADCAST', ({ features: { talk } }, body) => talk.hearBroadcast(body)],
  ['PRIVATE_MESSAGE', ({ features: { talk } }, body) => talk.hearMessage(body)],
  ['START_GAME_RESP', hearGame],
  ['JOIN_GAME_RESP', hearGame],
  ['LIST_USERS_RESP', hearGame],
  ['GAME_NOTIFICATION', hearGame],
  ['GUESS_NUMBER_RESP', hearGame],
  ['GAME_RESULTS', hearGame],
  ['FILE_TRANSFER_REQUEST', ({ features: { files } }, body) => files.hearRequest(body)],
  ['FILE_TRANSFER_RESPONSE', ({ features: { files } }, body) => files.hearResponse(body)],
  ['SECURE_MESSAGE_REQ', hearKeys],
  ['SECURE_MESSAGE_RES', hearKeys],
  ['SECURE_MESSAGE', hearKeys],
  ['PRIVATE_MESSAGE_RESP', hearKeys], // The field form of a refusal (J-17).
])

/** One signed-in user on one connection (json.txt). */
export class JsonSession implements ClientSession {
  readonly connection: JsonConnection
  readonly features: MadeBy<typeof features>

  constructor(connection: JsonConnection) {
    this.connection = connection
    this.features = makeFeatures(features, connection)
    connection.listen({
      isNews: (header, body) => this.features.game.isNews(header, body),
      heard: (header, body) => this.#heard(header, body),
    })
  }

  get me(): string {
    return this.connection.me
  }

  quit(): Promise<void> {
    return this.connection.quit()
  }

  #heard(header: string, body: Body): void {
    const hear = heard.get(header)
    if (hear) return hear(this, body, header)
    this.connection.violation(`${JSON.stringify(header.slice(0, 40))} is nothing that a json server says now`)
  }
}
