import { ChatError } from '../chat-error.ts'
import type { Tunnel, TunnelRequest, Tunnels } from '../features.ts'
import { untilAborted } from '../kit/until-aborted.ts'
import type { ParleyConnection } from './connection.ts'
import { heardAs, type HearEvent } from './events.ts'
import { members, natural, text, user } from './shapes.ts'
import { TunnelLink } from './tunnel-link.ts'

const done = members({})
const ofTunnel = members({ tunnel: natural })
const asked = members({ tunnel: natural, from: user })
const data = members({ tunnel: natural, data: text })
const credit = members({ tunnel: natural, bytes: natural })
const ended = members({ tunnel: natural, why: text })

const reasons: ReadonlyMap<string, string> = new Map([
  ['refused', 'declined the tunnel'],
  ['timed-out', 'did not answer in time'],
  ['taken-back', 'has taken the request back'],
  ['user-left', 'has left'],
])

/** A tunnel that is asked for, here or by somebody else. */
interface Pending {
  readonly link: TunnelLink
  readonly opened: PromiseWithResolvers<void>
}

/** Private streams of bytes between two users, over the same connection. */
export class ParleyTunnels implements Tunnels {
  readonly heard: { readonly [event: string]: HearEvent }
  readonly #connection: ParleyConnection
  readonly #pending = new Map<number, Pending>()
  readonly #links = new Map<number, TunnelLink>()

  constructor(connection: ParleyConnection) {
    this.#connection = connection
    this.heard = {
      'tunnel-asked': heardAs(connection, 'tunnel-asked', asked, (what) => this.#asked(what.tunnel, what.from)),
      'tunnel-open': heardAs(connection, 'tunnel-open', ofTunnel, (what) => this.#opened(what.tunnel)),
      'tunnel-data': heardAs(connection, 'tunnel-data', data, (what) => this.#data(what.tunnel, what.data)),
      'tunnel-credit': heardAs(connection, 'tunnel-credit', credit, (what) => {
        this.#links.get(what.tunnel)?.credit(what.bytes)
      }),
      'tunnel-finish': heardAs(connection, 'tunnel-finish', ofTunnel, (what) => {
        this.#links.get(what.tunnel)?.finished()
      }),
      'tunnel-ended': heardAs(connection, 'tunnel-ended', ended, (what) => this.#ended(what.tunnel, what.why)),
    }
    connection.ending.addEventListener('abort', () => this.#connectionEnded(), { once: true })
  }

  async ask(to: string, { signal }: { readonly signal?: AbortSignal } = {}): Promise<Tunnel> {
    if (signal?.aborted) throw takenBack(to)
    const expected = Promise.withResolvers<Pending>()
    const { tunnel } = await this.#connection.request('tunnel-ask', { to: `@${to}` }, ofTunnel, {
      told: (reply) => expected.resolve(this.#expect(reply.tunnel)),
    })
    const { link, opened } = await expected.promise
    try {
      await (signal ? untilAborted(opened.promise, signal) : opened.promise)
    } catch (error) {
      this.#forget(tunnel)
      if (!signal?.aborted) throw refusedBy(to, error)
      this.#connection.request('tunnel-close', { tunnel }, done).catch(() => {})
      throw takenBack(to)
    }
    return { with: to, link }
  }

  #asked(tunnel: number, from: string): void {
    const { opened, link } = this.#expect(tunnel)
    let isAnswered = false
    const once = () => {
      if (isAnswered) throw new ChatError('usage', `the request of ${from} has been answered already`)
      isAnswered = true
    }
    const request: TunnelRequest = {
      from,
      accept: async () => {
        once()
        await this.#connection.request('tunnel-accept', { tunnel }, done)
        await opened.promise.catch((error: unknown) => {
          throw refusedBy(from, error)
        })
        return { with: from, link }
      },
      decline: async () => {
        once()
        this.#forget(tunnel)
        await this.#connection.request('tunnel-refuse', { tunnel }, done)
      },
    }
    this.#connection.context.emit('tunnel-asked', request)
  }

  #expect(tunnel: number): Pending {
    const pending = { link: new TunnelLink(tunnel, this.#connection), opened: Promise.withResolvers<void>() }
    pending.opened.promise.catch(() => {})
    this.#pending.set(tunnel, pending)
    return pending
  }

  #forget(tunnel: number): void {
    this.#pending.delete(tunnel)
    this.#links.delete(tunnel)
  }

  #opened(tunnel: number): void {
    const pending = this.#pending.get(tunnel)
    if (!pending) return this.#connection.violation(`tunnel ${tunnel} was opened, which nobody asked for`)
    this.#pending.delete(tunnel)
    this.#links.set(tunnel, pending.link)
    pending.opened.resolve()
  }

  #data(tunnel: number, bytes: string): void {
    const link = this.#links.get(tunnel)
    // What was on its way when it was closed here.
    if (!link || link.hear(bytes)) return
    this.#connection.violation(`bytes came through tunnel ${tunnel} that are no base64, or more than was asked for`)
    link.destroy()
    this.#forget(tunnel)
  }

  #ended(tunnel: number, why: string): void {
    this.#pending.get(tunnel)?.opened.reject(new ChatError('refused', reasons.get(why) ?? `ended: ${why.slice(0, 60)}`))
    this.#links.get(tunnel)?.over(why !== 'finished')
    this.#forget(tunnel)
  }

  #connectionEnded(): void {
    for (const tunnel of [...this.#pending.keys(), ...this.#links.keys()]) this.#ended(tunnel, 'the connection broke')
  }
}

function takenBack(user: string): ChatError {
  return new ChatError('aborted', `the request to ${user} was taken back`)
}

function refusedBy(user: string, error: unknown): ChatError {
  const why = error instanceof Error ? error.message : String(error)
  return new ChatError(error instanceof ChatError ? error.code : 'refused', `${user} ${why}`)
}
