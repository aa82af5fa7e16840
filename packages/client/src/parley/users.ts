import type { UserList } from '../features.ts'
import type { ParleyConnection } from './connection.ts'
import { heardAs, type HearEvent } from './events.ts'
import { list, members, user } from './shapes.ts'

const users = members({ users: list(members({ name: user })) })
const moved = members({ user })

/** Who is here, comes and goes. */
export class ParleyUsers implements UserList {
  readonly heard: { readonly [event: string]: HearEvent }
  readonly #connection: ParleyConnection

  constructor(connection: ParleyConnection) {
    this.#connection = connection
    const { context } = connection
    this.heard = {
      joined: heardAs(connection, 'joined', moved, (who) => context.emit('joined', who)),
      left: heardAs(connection, 'left', moved, (who) => context.emit('left', who)),
    }
  }

  async list(): Promise<readonly string[]> {
    const reply = await this.#connection.request('users', {}, users)
    return reply.users.map(({ name }) => name)
  }
}
