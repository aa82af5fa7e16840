import type { Keys } from '../features.ts'
import { TextByUser } from '../kit/text-by-user.ts'
import type { SayOptions } from '../stamp.ts'
import type { ParleyConnection } from './connection.ts'
import { heardAs, type HearEvent } from './events.ts'
import { isRefusedAs } from './replies.ts'
import { members, text, user } from './shapes.ts'
import { say } from './talk.ts'

const done = members({})
const keyOf = members({ user, key: text })
const keyFrom = members({ from: user, key: text })
const ofUser = members({ user })

/** Keys and sealed messages, as the opaque strings that they are to the server. */
export class ParleyKeys implements Keys {
  /** A server may have to ask a client of `helo` for its key first, which then forgets the session (H-16). */
  readonly askingEndsSession = true
  readonly heard: { readonly [event: string]: HearEvent }
  readonly #connection: ParleyConnection
  /** What came last, asked for or not: a reply that nobody has looked at yet may be overtaken by an event. */
  readonly #latest = new TextByUser()

  constructor(connection: ParleyConnection) {
    this.#connection = connection
    const { context, sessionKeys } = connection
    this.heard = {
      key: heardAs(connection, 'key', keyOf, (what) => {
        this.#latest.set(what.user, what.key)
        context.emit('key', what)
      }),
      'session-key': heardAs(connection, 'session-key', keyFrom, ({ from, key }) => sessionKeys.set(from, key)),
      'session-over': heardAs(connection, 'session-over', ofUser, (what) => {
        sessionKeys.delete(what.user)
        context.emit('session-over', what)
      }),
    }
  }

  publish(key: string): void {
    this.#connection.request('key-publish', { key }, done).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error)
      this.#connection.context.emit('notice', { text: `nobody can write to you sealed: ${why}` })
    })
  }

  async own(): Promise<string | null> {
    return this.request(this.#connection.me).catch((error: unknown) => {
      if (['to-yourself', 'no-key', 'no-such-user'].some((word) => isRefusedAs(word, error))) return null
      throw error
    })
  }

  async request(who: string): Promise<string> {
    const told = ({ user: name, key: given }: { readonly user: string; readonly key: string }) => {
      this.#latest.set(name, given)
    }
    const reply = await this.#connection.request('key', { of: `@${who}` }, keyOf, { told })
    return this.#latest.get(reply.user) ?? reply.key
  }

  /** The session key goes along each time: so every message of the history can be opened by itself. */
  async send(who: string, message: string, sessionKey: string, _fresh: boolean, options?: SayOptions): Promise<void> {
    await say(this.#connection, `@${who}`, { sealed: { message, sessionKey } }, options)
  }
}
