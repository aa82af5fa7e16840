import type { Effects } from './effects.ts'
import type { Entry } from './entry.ts'
import { MultiMap } from './multi-map.ts'
import { keyOf, sameName, type ConnectionId, type NameKey, type NodeId, type UserName } from './names.ts'
import type { Rated } from './rated.ts'
import { done, fail, ok, type Result } from './result.ts'
import type { TunnelAbortion, TunnelName, TunnelSide } from './tunnel-events.ts'
import { TunnelRequests, type SavedTunnelRequests, type TunnelRequest } from './tunnel-requests.ts'
import type { CommunitySettings } from './settings.ts'
import type { OnlineConnection, Users } from './users.ts'

/**
 * `connection`: the signed-in one that asks, or the private one that joins. Names as they were
 * said.
 */
export type TunnelCommand =
  | ({
      readonly do: 'tunnel.ask'
      readonly connection: ConnectionId
      readonly to: UserName
      readonly code: string
    } & Rated)
  | ({ readonly do: 'tunnel.abort'; readonly connection: ConnectionId } & TunnelName)
  /** `address`: where the private connection comes from. Opaque, compared only. */
  | ({
      readonly do: 'tunnel.join'
      readonly connection: ConnectionId
      readonly node: NodeId
      readonly side: TunnelSide
      readonly address: string
    } & TunnelName)
  /** A private connection that waits for the other one is gone. */
  | { readonly do: 'tunnel.lost'; readonly connection: ConnectionId }
  /** Both ends of an established tunnel have ended. */
  | { readonly do: 'tunnel.closed'; readonly tunnel: number }
type Command<D> = Extract<TunnelCommand, { do: D }>

export interface TunnelResults {
  /**
   * `no-tunnels-there`: the asked user's protocol has none. The asked user has heard of it on
   * success (C-5).
   */
  'tunnel.ask': Result<
    void,
    | 'gone'
    | 'muted'
    | 'no-such-user'
    | 'no-tunnels-there'
    | 'already-asked'
    | 'to-yourself'
    | 'too-many-tunnels'
    | 'too-many-messages'
  >
  /**
   * `not-a-party`: whoever aborts is neither the asker nor the asked. Success has the request as it
   * is known.
   */
  'tunnel.abort': Result<TunnelName, 'gone' | 'not-a-party' | 'no-such-request'>
  /**
   * `another-was-asked`: there is such a request of that asker, to somebody else. Success has the
   * request's number.
   */
  'tunnel.join': Result<number, 'no-such-request' | 'another-was-asked'>
  'tunnel.lost': Result<void, never>
  'tunnel.closed': Result<void, never>
}

interface Established {
  readonly id: number
  readonly asker: UserName
  /** Of its two private connections. */
  readonly nodes: readonly NodeId[]
}

/** Wrong joins after which a request is aborted (C-8). */
const mostWrong = 10

export interface SavedTunnels {
  readonly requests: SavedTunnelRequests
  readonly established: readonly Established[]
}

/**
 * Private connections between two users, neither of whom learns where the other is. Asked and
 * answered on the connections by which they are signed in, and made of two further connections that
 * join in either order.
 */
export class Tunnels {
  readonly #users: Users
  readonly #settings: CommunitySettings
  readonly #requests = new TunnelRequests()
  readonly #established = new Map<number, Established>()
  /** By who asked, also when that user has left (C-11). */
  readonly #establishedBy = new MultiMap<NameKey, number>()

  constructor(users: Users, settings: CommunitySettings) {
    this.#users = users
    this.#settings = settings
  }

  get wakeAt(): number | null {
    return this.#requests.wakeAt
  }

  wake(now: number, out: Effects): void {
    for (const request of this.#requests.due(now)) this.#abort(request, 'timed-out', out)
  }

  ask({ seq, at, command }: Entry<Command<'tunnel.ask'>>, out: Effects): TunnelResults['tunnel.ask'] {
    const asker = this.#users.connection(command.connection)
    if (!asker) return fail('gone')
    const user = this.#users.find(command.to)
    if (!user) return fail('no-such-user')
    const asked = user.connections.find(({ capabilities }) => capabilities.tunnels)
    if (!asked) return fail('no-tunnels-there')
    const mine = this.#requests.of(asker.name).filter(({ askerConnection }) => askerConnection === asker.id)
    if (mine.some((request) => request.asked === user.name)) return fail('already-asked')
    if (user.name === asker.name) return fail('to-yourself')
    if (mine.length + this.#establishedBy.of(keyOf(asker.name)).size >= this.#settings.tunnelsPerUser)
      return fail('too-many-tunnels')
    if (!command.withinRate) return fail('too-many-messages')

    const request: TunnelRequest = {
      id: seq,
      asker: asker.name,
      asked: asked.name,
      code: command.code,
      askerConnection: asker.id,
      askedConnection: asked.id,
      askerAddress: asker.address,
      askedAddress: asked.address,
      wrong: 0,
      ends: { asker: null, asked: null },
    }
    this.#requests.add(request)
    this.#requests.wait(request, at)
    out.connection(asked.id, { kind: 'tunnel-asked', ...nameOf(request) })
    return done
  }

  /**
   * The asker takes the request back or the asked declines it. The other one hears of it, this one
   * has its result (C-7).
   */
  abort({ command }: Entry<Command<'tunnel.abort'>>, out: Effects): TunnelResults['tunnel.abort'] {
    const by = this.#users.connection(command.connection)
    if (!by) return fail('gone')
    if (!sameName(by.name, command.asked) && by.name !== command.asker) return fail('not-a-party')
    const request = this.#coded(command).find((each) => sameName(each.asked, command.asked))
    if (!request) return fail('no-such-request')
    this.#abort(request, sameName(by.name, request.asked) ? 'declined' : 'taken-back', out, by.id)
    return ok(nameOf(request))
  }

  /** To somebody who comes from elsewhere there is no request at all (C-8). */
  join({ at, command }: Entry<Command<'tunnel.join'>>, out: Effects): TunnelResults['tunnel.join'] {
    const { connection, node, side, address } = command
    const seen = this.#coded(command).filter((each) => isNear(each, address))
    const request = seen.find((each) => sameName(each.asked, command.asked))
    if (!request || address !== (side === 'asker' ? request.askerAddress : request.askedAddress)) {
      this.#countWrong(command, address, out)
      return fail(!request && seen.length > 0 ? 'another-was-asked' : 'no-such-request')
    }
    if (request.ends[side]) return fail('no-such-request')
    this.#requests.join(request, side, { connection, node })
    if (side === 'asked') {
      this.#requests.wait(request, at)
      out.connection(request.askerConnection, { kind: 'tunnel-accepted', ...nameOf(request) })
    }
    this.#establish(request, out)
    return ok(request.id)
  }

  lost({ command }: Entry<Command<'tunnel.lost'>>, out: Effects): TunnelResults['tunnel.lost'] {
    const request = this.#requests.waitingFor(command.connection)
    if (request) this.#abort(request, 'connection-lost', out)
    return done
  }

  closed({ command }: Entry<Command<'tunnel.closed'>>): TunnelResults['tunnel.closed'] {
    const established = this.#established.get(command.tunnel)
    if (established) this.#close(established)
    return done
  }

  /** C-9: the one who stays is told. What is established goes on. */
  departed({ id }: OnlineConnection, out: Effects): void {
    for (const request of this.#requests.ofParty(id)) this.#abort(request, 'user-left', out, id)
  }

  /**
   * After those who were signed in there have left: private connections of that node are gone as
   * well.
   */
  nodeGone(node: NodeId, out: Effects): void {
    for (const request of this.#requests.ofNode(node)) this.#abort(request, 'connection-lost', out)
    for (const established of this.#established.values()) {
      if (established.nodes.includes(node)) this.#close(established)
    }
  }

  save(): SavedTunnels {
    return { requests: this.#requests.save(), established: [...this.#established.values()] }
  }

  restore({ requests, established }: SavedTunnels): void {
    this.#requests.restore(requests)
    for (const each of this.#established.values()) this.#close(each)
    for (const each of established) this.#count(each)
  }

  #establish(request: TunnelRequest, out: Effects): void {
    const { asker, asked } = request.ends
    if (!asker || !asked) return
    this.#requests.delete(request)
    this.#count({ id: request.id, asker: request.asker, nodes: [asker.node, asked.node] })
    const home = asker.node
    const established = { kind: 'tunnel-established', tunnel: request.id, home, ...nameOf(request) } as const
    out.connection(asker.connection, { ...established, side: 'asker', other: asked.connection })
    out.connection(asked.connection, { ...established, side: 'asked', other: asker.connection })
  }

  /** `but`: the party that has its result, or is gone. */
  #abort(request: TunnelRequest, why: TunnelAbortion, out: Effects, but?: ConnectionId): void {
    this.#requests.delete(request)
    const event = { kind: 'tunnel-aborted', why, ...nameOf(request) } as const
    out.carriers(event)
    for (const party of [request.askerConnection, request.askedConnection]) {
      if (party !== but) out.connection(party, event)
    }
    const { asker, asked } = request.ends
    for (const end of [asker, asked]) if (end) out.connection(end.connection, { kind: 'tunnel-refused' })
  }

  #countWrong({ asker, asked }: TunnelName, address: string, out: Effects): void {
    for (const request of this.#requests.of(asker)) {
      if (!sameName(request.asked, asked) || !isNear(request, address)) continue
      request.wrong++
      if (request.wrong >= mostWrong) this.#abort(request, 'wrong-joins', out)
    }
  }

  #count(established: Established): void {
    this.#established.set(established.id, established)
    this.#establishedBy.add(keyOf(established.asker), established.id)
  }

  #close({ id, asker }: Established): void {
    this.#established.delete(id)
    this.#establishedBy.delete(keyOf(asker), id)
  }

  /** That asker's requests with that code. */
  #coded({ asker, code }: TunnelName): readonly TunnelRequest[] {
    return this.#requests.of(asker).filter((each) => each.code === code)
  }
}

/** Whether that is an address of one of the two. */
function isNear({ askerAddress, askedAddress }: TunnelRequest, address: string): boolean {
  return address === askerAddress || address === askedAddress
}

function nameOf({ asker, asked, code }: TunnelRequest): TunnelName {
  return { asker, asked, code }
}
