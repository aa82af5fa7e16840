import type { Cancel, Clock, Link, TunnelName, TunnelSide } from '@parley/core'

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

/** Joins the two private connections of each tunnel, one of a server. */
export class TunnelRelay {
  readonly #clock: Clock
  readonly #ended: (tunnel: number, report: TunnelReport) => void
  readonly #waiting = new Map<number, Waiting>()

  /** `ended` is called once for each tunnel that a side was brought to. */
  constructor(clock: Clock, ended: (tunnel: number, report: TunnelReport) => void) {
    this.#clock = clock
    this.#ended = ended
  }

  /** One side of an established tunnel. Bytes flow when both have been brought. */
  bring(tunnel: Tunnel, side: TunnelSide, link: Link): void {
    const waiting = this.#waiting.get(tunnel.tunnel)
    if (!waiting) {
      const giveUp = this.#clock.after(patienceMs, () => this.#giveUp(tunnel, link))
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
    this.#ended(tunnel, { asker, asked, bytesOfAsker: 0, bytesOfAsked: 0, ms: patienceMs })
  }

  async #relay({ tunnel, asker, asked }: Tunnel, ofAsker: Link, ofAsked: Link): Promise<void> {
    const since = this.#clock.monotonic()
    const [bytesOfAsker, bytesOfAsked] = await Promise.all([carry(ofAsker, ofAsked), carry(ofAsked, ofAsker)])
    this.#ended(tunnel, { asker, asked, bytesOfAsker, bytesOfAsked, ms: this.#clock.monotonic() - since })
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
