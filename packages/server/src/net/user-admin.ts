import type { ConnectionId } from '@parley/core'
import type { Administration, AdminView } from '@parley/protocols'
import type { ConnectionServices } from './connection-services.ts'

/** What whoever is signed in on a connection may do as an admin. */
export class UserAdmin implements AdminView {
  readonly #id: ConnectionId
  readonly #services: Pick<ConnectionServices, 'community' | 'administration'>

  constructor(id: ConnectionId, services: Pick<ConnectionServices, 'community' | 'administration'>) {
    this.#id = id
    this.#services = services
  }

  get isAdmin(): boolean {
    const { community } = this.#services
    const connection = community.users.connection(this.#id)
    return connection !== undefined && community.isAdmin(connection)
  }

  readonly carryOut: AdminView['carryOut'] = (request) => {
    const name = this.#services.community.users.connection(this.#id)?.name ?? ''
    const asked = { ...request, by: `@${name}`, asAdmin: this.#id }
    return this.#services.administration.carryOut(
      asked as unknown as Parameters<Administration['carryOut']>[0],
    ) as never
  }
}
