import type { ClientProtocol } from '../client-protocol.ts'
import { ChatosConnection } from './connection.ts'
import { features } from './features.ts'
import { ChatosSession } from './session.ts'
import { signIn } from './users.ts'

export const chatos: ClientProtocol = {
  name: 'chatos',
  features,
  async signIn(link, context) {
    const connection = new ChatosConnection(link, context)
    const session = new ChatosSession(connection)
    await signIn(connection)
    return session
  },
}
