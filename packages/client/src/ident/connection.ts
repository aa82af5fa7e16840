import { identCodec } from '@parley/protocols'
import type { ClientContext } from '../client-protocol.ts'
import { LineConnection } from '../kit/line-connection.ts'
import { TextByUser } from '../kit/text-by-user.ts'
import type { Link } from '../link.ts'

/** One connection, as every feature finds it. */
export class IdentConnection extends LineConnection {
  /** The session key that came last from each user. */
  readonly receivedKeys = new TextByUser()
  /** The one that went last to each user. */
  readonly sentKeys = new TextByUser()

  constructor(link: Link, context: ClientContext) {
    super(link, context, identCodec())
  }

  /** Whether a session key has passed between this user and another. */
  haveSession(user: string): boolean {
    return this.receivedKeys.get(user) !== undefined || this.sentKeys.get(user) !== undefined
  }
}
