import type { ClientSession } from '../client-protocol.ts'
import { makeFeatures, type MadeBy } from '../kit/make-features.ts'
import type { CpConnection } from './connection.ts'
import { features } from './features.ts'
import { shown } from './replies.ts'

/**
 * One signed-in user on one connection (cp.txt). Nothing comes unasked: what others said is in the
 * mailbox.
 */
export class CpSession implements ClientSession {
  readonly features: MadeBy<typeof features>
  readonly #connection: CpConnection

  constructor(connection: CpConnection) {
    this.#connection = connection
    this.features = makeFeatures(features, connection)
    connection.listen((pdu) => {
      const problem = `${JSON.stringify(shown(pdu))} came, which nothing asked for`
      connection.context.emit('protocol-violation', { problem })
    })
  }

  get me(): string {
    return this.#connection.context.name
  }

  quit(): Promise<void> {
    return this.#connection.quit()
  }
}
