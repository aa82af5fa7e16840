import type { WordLine } from '@parley/protocols'
import type { ClientSession } from '../client-protocol.ts'
import { makeFeatures, type MadeBy } from '../kit/make-features.ts'
import type { HeloConnection } from './connection.ts'
import { features } from './features.ts'
import { isGroupNews } from './groups.ts'

/** What to do with each word that replies to nothing. */
const heard: ReadonlyMap<string, (session: HeloSession, line: WordLine) => void> = new Map([
  ['PING', ({ connection }) => connection.send('PONG')],
  ['BCST', ({ features: { talk } }, line) => talk.hearBroadcast(line)],
  ['PM', ({ features: { keys } }, line) => keys.hearMessage(line)],
  ['GROUP_MESSAGE', ({ features: { groups } }, line) => groups.hearMessage(line)],
  ['REQUEST_PUBLIC_KEY', ({ features: { keys } }, line) => keys.hearRequest(line)],
  ['PUBLIC_KEY', ({ features: { keys } }, line) => keys.hearPublicKey(line)],
  ['FILE_TRANS', ({ features: { files } }, line) => files.hearOffer(line)],
  ['READY_FOR_FILE', ({ features: { files } }, line) => files.hearReady(line)],
  ['DSCN', ({ connection }, { rest }) => connection.destroy(`the server ended the connection: ${rest}`)],
  ['+SUCCESS', (session, line) => session.hearSuccess(line)],
  ['+OK', ({ connection }, line) => (/^(?:PM|Goodbye)\b/.test(line.rest) ? undefined : connection.violation(line))], // H-5
  ['-SOFT_ERR', ({ connection }, line) => (connection.isLate(line, 'idle') ? undefined : connection.violation(line))],
])

export class HeloSession implements ClientSession {
  readonly connection: HeloConnection
  readonly features: MadeBy<typeof features>

  constructor(connection: HeloConnection) {
    this.connection = connection
    this.features = makeFeatures(features, connection)
    const { keys, files } = this.features
    connection.isLate = (line, during) => keys.isLate(line, during) || files.isLate(line)
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

  hearSuccess(line: WordLine): void {
    if (isGroupNews(line)) this.features.groups.hearNews(line)
    else this.connection.violation(line)
  }
}
