import { Deadlines } from './deadlines.ts'
import { MultiMap } from './multi-map.ts'
import { keyOf, type ConnectionId, type NameKey, type NodeId, type UserName } from './names.ts'
import type { TunnelName, TunnelSide } from './tunnel-events.ts'

/** How long a request waits for its answer, and after that for the asker to come (C-5). */
const patienceMs = 60_000

/** A private connection. */
interface TunnelEnd {
  readonly connection: ConnectionId
  readonly node: NodeId
}

/** What was asked and is not established. */
export interface TunnelRequest extends TunnelName {
  readonly id: number
  readonly askerConnection: ConnectionId
  readonly askedConnection: ConnectionId
  readonly askerAddress: string
  readonly askedAddress: string
  /** Wrong joins from an address of the two (C-8). */
  wrong: number
  /** The private connections that have come. */
  readonly ends: { asker: TunnelEnd | null; asked: TunnelEnd | null }
}

export interface SavedTunnelRequests {
  readonly requests: readonly TunnelRequest[]
  readonly deadlines: readonly (readonly [number, number])[]
}

/** The requests for tunnels, by everything that they are looked for by. */
export class TunnelRequests {
  readonly #requests = new Map<number, TunnelRequest>()
  readonly #byAsker = new MultiMap<NameKey, TunnelRequest>()
  readonly #byParty = new MultiMap<ConnectionId, TunnelRequest>()
  readonly #byEnd = new Map<ConnectionId, TunnelRequest>()
  readonly #deadlines = new Deadlines<number>(patienceMs)

  get wakeAt(): number | null {
    return this.#deadlines.next
  }

  /** Those that nobody has gone on with for a minute. To be deleted. */
  due(now: number): readonly TunnelRequest[] {
    return Array.from(this.#deadlines.due(now)).flatMap((id) => this.#requests.get(id) ?? [])
  }

  /** Those of this asker, on whichever connection. */
  of(asker: UserName): readonly TunnelRequest[] {
    return [...this.#byAsker.of(keyOf(asker))]
  }

  /** By a connection on which the asker or the asked is signed in. */
  ofParty(connection: ConnectionId): ReadonlySet<TunnelRequest> {
    return this.#byParty.of(connection)
  }

  /** By a private connection that waits for the other one. */
  waitingFor(end: ConnectionId): TunnelRequest | undefined {
    return this.#byEnd.get(end)
  }

  /** Those with a private connection on that node. */
  ofNode(node: NodeId): readonly TunnelRequest[] {
    return Array.from(this.#requests.values()).filter(({ ends: { asker, asked } }) => {
      return asker?.node === node || asked?.node === node
    })
  }

  add(request: TunnelRequest): void {
    const { id, asker, askerConnection, askedConnection, ends } = request
    this.#requests.set(id, request)
    this.#byAsker.add(keyOf(asker), request)
    for (const party of [askerConnection, askedConnection]) this.#byParty.add(party, request)
    for (const end of [ends.asker, ends.asked]) if (end) this.#byEnd.set(end.connection, request)
  }

  /** It waits for its next step, from now. */
  wait({ id }: TunnelRequest, now: number): void {
    this.#deadlines.set(id, now)
  }

  join(request: TunnelRequest, side: TunnelSide, end: TunnelEnd): void {
    request.ends[side] = end
    this.#byEnd.set(end.connection, request)
  }

  delete(request: TunnelRequest): void {
    const { id, asker, askerConnection, askedConnection, ends } = request
    this.#requests.delete(id)
    this.#deadlines.delete(id)
    this.#byAsker.delete(keyOf(asker), request)
    for (const party of [askerConnection, askedConnection]) this.#byParty.delete(party, request)
    for (const end of [ends.asker, ends.asked]) if (end) this.#byEnd.delete(end.connection)
  }

  save(): SavedTunnelRequests {
    return { requests: [...this.#requests.values()], deadlines: this.#deadlines.entries() }
  }

  restore({ requests, deadlines }: SavedTunnelRequests): void {
    for (const request of this.#requests.values()) this.delete(request)
    for (const request of requests) this.add(request)
    this.#deadlines.restore(deadlines)
  }
}
