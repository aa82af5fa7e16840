import type { Cancel, Clock, Link, LinkHeader, NodeId, NodeLinks, TunnelName, TunnelSide, UserName } from '@parley/core'

/**
 * A tunnel that was established and has ended: never its contents (C-11). Bytes by who sent them.
 */
export interface TunnelReport extends Omit<TunnelName, 'code'> {
  readonly bytesOfAsker: number
  readonly bytesOfAsked: number
  readonly ms: number
}

/** An established tunnel, as its two private connections know it. */
export interface Tunnel extends TunnelName {
  readonly tunnel: number
  /** The node where the two are joined. */
  readonly home: NodeId
}

interface Waiting {
  readonly side: TunnelSide
  readonly link: Link
  readonly giveUp: Cancel
}

/**
 * How long one side waits for the other. Both hear of it at the same moment, unless one is gone by
 * then.
 */
const patienceMs = 10_000

/** What links to the home of a tunnel are for. */
const service = 'tunnel'

export interface TunnelRelayOptions {
  readonly clock: Clock
  /** Called once for each tunnel that is joined here and that a side was brought to. */
  ended(tunnel: number, report: TunnelReport): void
  /** This node, as it is called at the moment. */
  node(): NodeId
  /** To the other nodes; null: there are none. */
  readonly links: NodeLinks | null
}

/**
 * Joins the two private connections of each tunnel, one of a server. Where they are at two nodes, it
 * is done at the asker's, and a link between the two nodes takes the place of the other one.
 */
export class TunnelRelay {
  readonly #options: TunnelRelayOptions
  readonly #waiting = new Map<number, Waiting>()

  constructor(options: TunnelRelayOptions) {
    this.#options = options
    options.links?.serve(service, (link, header) => this.#join(tunnelOf(header, options.node()), 'asked', link))
  }

  /** One side of an established tunnel. Bytes flow when both have been brought. */
  bring(tunnel: Tunnel, side: TunnelSide, link: Link): void {
    const { links } = this.#options
    if (tunnel.home === this.#options.node() || !links) return this.#join(tunnel, side, link)
    const { tunnel: number, asker, asked, code } = tunnel
    const remote = links.open(tunnel.home, service, { tunnel: number, asker, asked, code })
    void Promise.all([carry(link, remote), carry(remote, link)])
  }

  #join(tunnel: Tunnel, side: TunnelSide, link: Link): void {
    const waiting = this.#waiting.get(tunnel.tunnel)
    if (!waiting) {
      const giveUp = this.#options.clock.after(patienceMs, () => this.#giveUp(tunnel, link))
      this.#waiting.set(tunnel.tunnel, { side, link, giveUp })
      return
    }
    waiting.giveUp()
    this.#waiting.delete(tunnel.tunnel)
    void (side === 'asker' ? this.#relay(tunnel, link, waiting.link) : this.#relay(tunnel, waiting.link, link))
  }

  /** The other side never came. */
  #giveUp({ tunnel, asker, asked }: Tunnel, link: Link): void {
    this.#waiting.delete(tunnel)
    link.destroy()
    this.#options.ended(tunnel, { asker, asked, bytesOfAsker: 0, bytesOfAsked: 0, ms: patienceMs })
  }

  async #relay({ tunnel, asker, asked }: Tunnel, ofAsker: Link, ofAsked: Link): Promise<void> {
    const { clock, ended } = this.#options
    const since = clock.monotonic()
    const [bytesOfAsker, bytesOfAsked] = await Promise.all([carry(ofAsker, ofAsked), carry(ofAsked, ofAsker)])
    ended(tunnel, { asker, asked, bytesOfAsker, bytesOfAsked, ms: clock.monotonic() - since })
  }
}

/**
 * Passes bytes on, unseen and unchanged, at the pace of the slower side, until one has ended (C-8).
 * An end is handed on and leaves the other way open. A side that breaks breaks the other, so that
 * what is cut short is not taken for the whole.
 */
async function carry(from: Link, to: Link): Promise<number> {
  let bytes = 0
  for (let chunk = await from.read(); chunk; chunk = await from.read()) {
    if (!(await to.write(chunk))) {
      from.destroy()
      return bytes
    }
    bytes += chunk.length
  }
  if (from.lost) to.destroy()
  else to.end()
  return bytes
}

/** As the node of the asked knows it. */
function tunnelOf({ tunnel, asker, asked, code }: LinkHeader, home: NodeId): Tunnel {
  return { tunnel: Number(tunnel), asker: asker as UserName, asked: asked as UserName, code: String(code), home }
}
