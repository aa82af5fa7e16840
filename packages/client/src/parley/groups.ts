import type { Groups, ListedGroup } from '../features.ts'
import type { SayOptions } from '../stamp.ts'
import type { ParleyConnection } from './connection.ts'
import { heardAs, type HearEvent } from './events.ts'
import { isRefusedAs } from './replies.ts'
import { flag, group, list, members, natural, optional, user } from './shapes.ts'
import { say } from './talk.ts'

const done = members({})
const groups = members({ groups: list(members({ name: group, admin: user, joined: flag, size: natural })) })
const news = members({ group, user: optional(user) })

export class ParleyGroups implements Groups {
  readonly heard: { readonly [event: string]: HearEvent }
  readonly #connection: ParleyConnection

  constructor(connection: ParleyConnection) {
    this.#connection = connection
    this.heard = {
      'group-kicked': heardAs(connection, 'group-kicked', news, (who) => this.#kicked(who.group, who.user)),
      'group-admin': heardAs(connection, 'group-admin', news, (who) => this.#admin(who.group, who.user)),
    }
  }

  async create(name: string): Promise<void> {
    await this.#connection.request('group-create', { group: name }, done, { told: () => this.#member(name, true) })
  }

  async join(name: string): Promise<void> {
    try {
      await this.#connection.request('group-join', { group: name }, done, { told: () => this.#member(name, true) })
    } catch (error) {
      // Whoever is in it has what was asked for.
      if (!isRefusedAs('already-a-member', error)) throw error
      this.#member(name, true)
    }
  }

  async leave(name: string): Promise<void> {
    await this.#connection.request('group-leave', { group: name }, done, { told: () => this.#member(name, false) })
  }

  async kick(name: string, who: string): Promise<void> {
    await this.#connection.request('group-kick', { group: name, user: who }, done)
  }

  async handOn(name: string, who: string): Promise<void> {
    await this.#connection.request('group-hand-on', { group: name, user: who }, done)
  }

  say(name: string, text: string, options?: SayOptions): Promise<void> {
    return say(this.#connection, `#${name}`, { text }, options)
  }

  async list(): Promise<readonly ListedGroup[]> {
    const reply = await this.#connection.request('groups', {}, groups)
    for (const { name, joined } of reply.groups) if (joined) this.#member(name, true)
    return reply.groups.map(({ name, admin, size }) => ({ name, admin, members: size }))
  }

  #kicked(name: string, who: string | undefined): void {
    if (who === undefined) this.#member(name, false)
    this.#notice(who === undefined ? `you were put out of ${name}` : `${who} was put out of ${name}`)
  }

  #admin(name: string, who: string | undefined): void {
    this.#notice(who === undefined ? `you are the admin of ${name} now` : `${who} is the admin of ${name} now`)
  }

  #notice(text: string): void {
    this.#connection.context.emit('notice', { text })
  }

  #member(name: string, isMember: boolean): void {
    this.#connection.context.emit('membership', { group: name, isMember })
  }
}
