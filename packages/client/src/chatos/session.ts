import type { ChatosFrame } from '@parley/protocols'
import type { ClientSession } from '../client-protocol.ts'
import { makeFeatures, type MadeBy } from '../kit/make-features.ts'
import type { ChatosConnection } from './connection.ts'
import { features } from './features.ts'

/** One signed-in user on one connection. */
export class ChatosSession implements ClientSession {
  readonly features: MadeBy<typeof features>
  readonly #connection: ChatosConnection

  constructor(connection: ChatosConnection) {
    this.#connection = connection
    this.features = makeFeatures(features, connection)
    connection.listen((frame) => this.#hear(frame))
  }

  get me(): string {
    return this.#connection.me
  }

  /** There is no farewell (C-13). */
  quit(): Promise<void> {
    return this.#connection.leave()
  }

  #hear(frame: ChatosFrame): void {
    const { talk, tunnels } = this.features
    switch (frame.op) {
      case 'SMA':
        return talk.hearBroadcast(frame)
      case 'SPM':
        return talk.hearMessage(frame)
      case 'TCPAsk':
      case 'TCPAccept':
      case 'TCPAbort':
      case 'TCPConnect':
        return tunnels.hear(frame)
      case 'CR':
        return this.#connection.violation('the server said CR, which is for clients')
      case 'ERROR':
        return this.#connection.violation(`the server said ERROR ${frame.code}, and nothing had been asked`)
    }
  }
}
