import { deliverTo } from './audience.ts'
import type { ChatEvent } from './events.ts'
import { keyOf, parseUserName, sameName, type NameKey, type UserName } from './names.ts'
import type { Cancel, Clock } from './ports/clock.ts'
import type { Link } from './ports/link.ts'
import { relay } from './relay.ts'
import { done, fail, ok, type Result } from './result.ts'
import type { Presence, User, Users } from './users.ts'

/** How long a request waits for its answer, and after that for the asker to come (C-5). */
const patienceMs = 60_000

/** What is known of a tunnel from outside: three values that all have to fit (C-4). `number` is the asker's choice. */
export interface TunnelId {
  readonly asker: string
  readonly asked: string
  readonly number: number
}

/** One of the two connections that a tunnel is made of. */
export interface TunnelEnd {
  /** Where it comes from; opaque, compared only. */
  readonly address: string
  /** Called once, when the end is let in: from then on its bytes are the tunnel's. */
  detach(): Link
  /** Both ends have come, and nothing has been passed on yet: the place to say yes. Never called for a tunnel that fails. */
  established(): void
}

/** A tunnel that was established and has ended: never its contents (C-11). Bytes by who sent them. */
export interface TunnelReport {
  readonly asker: UserName
  readonly asked: UserName
  readonly bytesOfAsker: number
  readonly bytesOfAsked: number
  readonly ms: number
}

export interface TunnelsWatcher {
  ended(report: TunnelReport): void
}

/** `no-tunnels-there`: the asked user's protocol has none. */
export type TunnelAskFailure =
  'no-such-user' | 'no-tunnels-there' | 'already-asked' | 'to-yourself' | 'too-many-tunnels' | 'too-many-messages'
/** `not-a-party`: whoever aborts is neither the asker nor the asked. */
export type TunnelAbortFailure = 'not-a-party' | 'no-such-request'
/** `another-was-asked`: there is such a request of that asker, to somebody else. */
export type TunnelJoinFailure = 'no-such-request' | 'another-was-asked'

type Side = 'asker' | 'asked'

/** What was asked and is not established. `ends`: those that wait for the other one. */
interface Request {
  readonly asker: Presence
  readonly asked: Presence
  readonly number: number
  readonly ends: { [side in Side]?: { readonly end: TunnelEnd; readonly link: Link } }
  timer: Cancel
}

/**
 * Private connections between two users, neither of whom learns where the other is. Asked and answered on the
 * connections by which they are signed in, and made of two further connections that join in either order.
 */
export class Tunnels {
  readonly #users: Users
  readonly #clock: Clock
  readonly #perUser: number
  /** By both of their parties. */
  readonly #requests = new Map<Presence, Set<Request>>()
  /** How many of a user's requests became tunnels that go on, also when the user has left (C-11). */
  readonly #established = new Map<NameKey, number>()
  /** Ends whose other end has not come. */
  readonly #waiting = new Map<TunnelEnd, Request>()
  readonly #watchers: TunnelsWatcher[] = []

  constructor(users: Users, clock: Clock, perUser: number) {
    this.#users = users
    this.#clock = clock
    this.#perUser = perUser
    users.watch({ departed: (presence) => this.#departed(presence) })
  }

  watch(watcher: TunnelsWatcher): void {
    this.#watchers.push(watcher)
  }

  /** The asked user has heard of it when this answers (C-5). */
  ask(asker: Presence, to: string, number: number): Result<void, TunnelAskFailure> {
    const user = this.#userNamed(to)
    if (!user) return fail('no-such-user')
    const asked = Array.from(user.presences).find(({ abilities }) => abilities.has('tunnels'))
    if (!asked) return fail('no-tunnels-there')
    const mine = this.#askedBy(asker)
    if (mine.some((request) => request.asked.name === user.name)) return fail('already-asked')
    if (user.name === asker.name) return fail('to-yourself')
    if (mine.length + (this.#established.get(keyOf(asker.name)) ?? 0) >= this.#perUser) return fail('too-many-tunnels')
    if (!this.#userNamed(asker.name)?.messages.take()) return fail('too-many-messages')

    const request: Request = { asker, asked, number, ends: {}, timer: () => {} }
    if (!tell([asked], 'tunnel-asked', request)) return fail('no-such-user')
    for (const party of [asker, asked]) this.#requestsOf(party).add(request)
    this.#awaitNextStep(request)
    return done
  }

  /** The asker takes the request back or the asked declines it; both hear of it (C-7). */
  abort(by: Presence, id: TunnelId): Result<void, TunnelAbortFailure> {
    if (!sameName(by.name, id.asked) && by.name !== id.asker) return fail('not-a-party')
    const request = this.#numbered(id).find((each) => isFor(each, id))
    if (!request) return fail('no-such-request')
    this.#abort(request, [request.asker, request.asked])
    return done
  }

  /** The asked user's end; the asker hears of it on the connection by which it is signed in (C-8). */
  accept(id: TunnelId, end: TunnelEnd): Result<void, TunnelJoinFailure> {
    const found = this.#waitingFor('asked', id, end)
    if (!found.ok) return found
    const request = found.value
    this.#letIn('asked', request, end)
    tell([request.asker], 'tunnel-accepted', request)
    this.#awaitNextStep(request)
    this.#establish(request)
    return done
  }

  /** The asker's end. */
  connect(id: TunnelId, end: TunnelEnd): Result<void, TunnelJoinFailure> {
    const found = this.#waitingFor('asker', id, end)
    if (!found.ok) return found
    this.#letIn('asker', found.value, end)
    this.#establish(found.value)
    return done
  }

  /** The end's connection is gone. A request that it waited for is aborted: nobody is there to be connected to. */
  lost(end: TunnelEnd): void {
    const request = this.#waiting.get(end)
    if (request) this.#abort(request, [request.asker, request.asked])
  }

  /** The request that has no such end yet. To somebody who comes from elsewhere there is no request at all (C-8). */
  #waitingFor(side: Side, id: TunnelId, { address }: TunnelEnd): Result<Request, TunnelJoinFailure> {
    const seen = this.#numbered(id).filter(({ asker, asked }) => address === asker.address || address === asked.address)
    const request = seen.find((each) => isFor(each, id))
    if (request) return request.ends[side] ? fail('no-such-request') : ok(request)
    return fail(seen.length > 0 ? 'another-was-asked' : 'no-such-request')
  }

  #letIn(side: Side, request: Request, end: TunnelEnd): void {
    request.ends[side] = { end, link: end.detach() }
    this.#waiting.set(end, request)
  }

  #establish(request: Request): void {
    const { asker, asked, ends } = request
    if (!ends.asker || !ends.asked) return
    this.#forget(request)
    this.#countEstablished(keyOf(asker.name), 1)
    ends.asker.end.established()
    ends.asked.end.established()
    const since = this.#clock.monotonic()
    void relay(ends.asker.link, ends.asked.link).then(({ forth, back }) => {
      this.#countEstablished(keyOf(asker.name), -1)
      const ms = this.#clock.monotonic() - since
      const report = { asker: asker.name, asked: asked.name, bytesOfAsker: forth, bytesOfAsked: back, ms }
      for (const watcher of this.#watchers) watcher.ended(report)
    })
  }

  #abort(request: Request, hearers: readonly Presence[]): void {
    this.#forget(request)
    tell(hearers, 'tunnel-aborted', request)
    request.ends.asker?.link.destroy()
    request.ends.asked?.link.destroy()
  }

  /** C-9: the one who stays is told; what is established goes on. */
  #departed(presence: Presence): void {
    for (const request of this.#requests.get(presence) ?? []) {
      this.#abort(request, [request.asker === presence ? request.asked : request.asker])
    }
  }

  #awaitNextStep(request: Request): void {
    request.timer()
    request.timer = this.#clock.after(patienceMs, () => this.#abort(request, [request.asker, request.asked]))
  }

  #forget(request: Request): void {
    request.timer()
    for (const waiting of [request.ends.asker, request.ends.asked]) if (waiting) this.#waiting.delete(waiting.end)
    for (const party of [request.asker, request.asked]) {
      const requests = this.#requestsOf(party)
      requests.delete(request)
      if (requests.size === 0) this.#requests.delete(party)
    }
  }

  #requestsOf(party: Presence): Set<Request> {
    let requests = this.#requests.get(party)
    if (!requests) this.#requests.set(party, (requests = new Set()))
    return requests
  }

  #askedBy(asker: Presence): readonly Request[] {
    return Array.from(this.#requests.get(asker) ?? []).filter((request) => request.asker === asker)
  }

  /** That asker's requests with that number. */
  #numbered({ asker, number }: TunnelId): readonly Request[] {
    const presences = Array.from(this.#userNamed(asker)?.presences ?? [])
    return presences.flatMap((each) => this.#askedBy(each)).filter((request) => request.number === number)
  }

  #userNamed(name: string): User | undefined {
    const parsed = parseUserName(name)
    return parsed.ok ? this.#users.find(parsed.value) : undefined
  }

  #countEstablished(asker: NameKey, change: 1 | -1): void {
    const count = (this.#established.get(asker) ?? 0) + change
    if (count > 0) this.#established.set(asker, count)
    else this.#established.delete(asker)
  }
}

function isFor({ asked }: Request, id: TunnelId): boolean {
  return sameName(asked.name, id.asked)
}

/** Whether anybody heard it. */
function tell(
  hearers: readonly Presence[],
  kind: Extract<ChatEvent['kind'], `tunnel-${string}`>,
  { asker, asked, number }: Request,
): boolean {
  const ears = hearers.map(({ subscriber }) => subscriber)
  return deliverTo(ears, { kind, asker: asker.name, asked: asked.name, number }) > 0
}
