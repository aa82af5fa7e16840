import type { Admin } from '../admin.ts'
import type { ParleyConnection } from './connection.ts'
import type { Shape } from './shapes.ts'

/** What an admin is told is looked at by whoever shows it. */
const anything: Shape<Readonly<Record<string, unknown>>> = (reply) => reply as Readonly<Record<string, unknown>>

export class ParleyAdmin implements Admin {
  readonly #connection: ParleyConnection

  constructor(connection: ParleyConnection) {
    this.#connection = connection
  }

  isAdmin(): boolean {
    return this.#connection.isAdmin
  }

  ask(what: string, members = {}): Promise<Readonly<Record<string, unknown>>> {
    return this.#connection.request(`admin-${what}`, members, anything)
  }
}
