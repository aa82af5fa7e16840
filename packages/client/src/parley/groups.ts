import type { Groups, ListedGroup, SealedGroups } from '../features.ts'
import type { SayOptions } from '../stamp.ts'
import { Unreached } from '../unreached.ts'
import type { ParleyConnection } from './connection.ts'
import { heardAs, type HearEvent } from './events.ts'
import { isRefusedAs } from './replies.ts'
import { flag, group, list, members, natural, optional, user, Wrong, type Shaped } from './shapes.ts'
import { MemberLists } from './member-lists.ts'
import { say } from './talk.ts'

const done = members({})
const groups = members({
  groups: list(members({ name: group, admin: user, joined: flag, size: natural, members: optional(list(user)) })),
})
const news = members({ group, user: optional(user) })
const moved = members({ group, user })

const refused = members({ unreached: list(user) })

export class ParleyGroups implements Groups {
  readonly heard: { readonly [event: string]: HearEvent }
  readonly sealed?: SealedGroups
  readonly #connection: ParleyConnection
  readonly #lists = new MemberLists()

  constructor(connection: ParleyConnection) {
    this.#connection = connection
    if (connection.hello.features.includes('sealed-groups')) {
      this.sealed = {
        memberLists: async (name) => this.#lists.of(name) ?? (await this.#listed(name)),
        say: (name, message, toAll, options) =>
          say(connection, `#${name}`, { sealed: { message, sessionKey: null }, toAll }, options).catch(unreachedBy),
      }
    }
    this.heard = {
      'group-joined': heardAs(connection, 'group-joined', moved, (who) => this.#joined(who.group, who.user)),
      'group-left': heardAs(connection, 'group-left', moved, (who) => this.#left(who.group, who.user)),
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

  async say(name: string, text: string, options?: SayOptions): Promise<void> {
    await say(this.#connection, `#${name}`, { text }, options)
  }

  async list(): Promise<readonly ListedGroup[]> {
    const all = await this.#ask()
    for (const { name, joined } of all) if (joined) this.#member(name, true)
    return all.map(({ name, admin, size, members: names }) => ({ name, admin, members: size, ...(names && { names }) }))
  }

  /** What the server says now is in order with the events of who came and went. */
  async #ask(): Promise<Shaped<typeof groups>['groups']> {
    const reply = await this.#connection.request('groups', {}, groups, {
      told: ({ groups: all }) => {
        for (const each of all) if (each.joined && each.members) this.#lists.set(each.name, each.members)
      },
    })
    return reply.groups
  }

  async #listed(name: string): Promise<readonly (readonly string[])[]> {
    await this.#ask()
    return this.#lists.of(name) ?? []
  }

  #left(name: string, who: string): void {
    if (this.#connection.isMe(who)) this.#member(name, false)
    else this.#lists.left(name, who)
    this.#changed(name)
  }

  #joined(name: string, who: string): void {
    this.#lists.joined(name, who)
    this.#changed(name)
  }

  #kicked(name: string, who: string | undefined): void {
    if (who !== undefined) this.#lists.left(name, who)
    if (who === undefined) this.#member(name, false)
    this.#changed(name)
    this.#notice(who === undefined ? `you were put out of ${name}` : `${who} was put out of ${name}`)
  }

  #admin(name: string, who: string | undefined): void {
    this.#changed(name)
    this.#notice(who === undefined ? `you are the admin of ${name} now` : `${who} is the admin of ${name} now`)
  }

  #changed(name: string): void {
    this.#connection.context.emit('group-changed', { group: name })
  }

  #notice(text: string): void {
    this.#connection.context.emit('notice', { text })
  }

  #member(name: string, isMember: boolean): void {
    if (!isMember) this.#lists.forget(name)
    this.#connection.context.emit('membership', { group: name, isMember })
  }
}

function unreachedBy(error: unknown): never {
  const who = isRefusedAs('members-unreached', error) ? refused(error.body) : null
  throw who === null || who instanceof Wrong ? error : new Unreached(who.unreached)
}
