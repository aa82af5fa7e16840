import type { ClientProtocol } from '../client-protocol.ts'
import { ParleyConnection } from './connection.ts'
import { features } from './features.ts'
import { ParleySession } from './session.ts'
import { greet, signIn } from './signing-in.ts'

/** docs/protocols/parley.md */
export const parley: ClientProtocol = {
  name: 'parley',
  features,
  signIn: async (link, context) => {
    const connection = new ParleyConnection(link, context)
    let session: ParleySession | undefined
    connection.listen((name, event) => session?.hear(name, event))
    try {
      await greet(connection)
      session = new ParleySession(connection)
      await signIn(connection)
      return session
    } catch (error) {
      connection.destroy('not signed in')
      throw error
    }
  },
}
