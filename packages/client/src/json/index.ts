import type { ClientProtocol } from '../client-protocol.ts'
import { JsonConnection } from './connection.ts'
import { features } from './features.ts'
import { JsonSession } from './session.ts'
import { signIn } from './users.ts'

export const json: ClientProtocol = {
  name: 'json',
  features,
  async signIn(link, context) {
    const connection = new JsonConnection(link, context)
    const session = new JsonSession(connection)
    await signIn(connection)
    return session
  },
}
