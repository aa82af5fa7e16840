import type { ClientProtocol } from '../client-protocol.ts'
import { IdentConnection } from './connection.ts'
import { features } from './features.ts'
import { IdentSession } from './session.ts'
import { signIn } from './users.ts'

export const ident: ClientProtocol = {
  name: 'ident',
  features,
  async signIn(link, context) {
    const connection = new IdentConnection(link, context)
    const session = new IdentSession(connection)
    await signIn(connection)
    return session
  },
}
