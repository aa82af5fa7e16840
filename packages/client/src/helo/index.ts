import type { ClientProtocol } from '../client-protocol.ts'
import { HeloConnection } from './connection.ts'
import { features } from './features.ts'
import { HeloSession } from './session.ts'
import { signIn } from './users.ts'

export const helo: ClientProtocol = {
  name: 'helo',
  features,
  async signIn(link, context) {
    const connection = new HeloConnection(link, context)
    const session = new HeloSession(connection)
    await signIn(connection)
    return session
  },
}
