import type { ClientProtocol } from '../client-protocol.ts'
import { CpConnection } from './connection.ts'
import { features } from './features.ts'
import { CpSession } from './session.ts'
import { signIn } from './users.ts'

export const cp: ClientProtocol = {
  name: 'cp',
  features,
  async signIn(link, context) {
    const connection = new CpConnection(link, context)
    const session = new CpSession(connection)
    await signIn(connection)
    return session
  },
}
