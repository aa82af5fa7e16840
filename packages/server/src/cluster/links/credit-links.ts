import type { AcceptLink, Cancel, Link, LinkHeader, NodeId, NodeLinks } from '@parley/core'
import { CreditLink, firstCredit } from './credit-link.ts'
import { decodeFrame, encodeFrame, mostInBeat, type LinkFrame, type LinkNumber, type LinkState } from './link-frames.ts'
import type { LinkPlace } from '../cluster-parts.ts'
import type { NodeMessages } from './node-messages.ts'

/** How often two nodes that have links tell each other which. */
const beatMs = 2_000
/** A node that says nothing for so long is gone. */
const silentMs = 6_000
/** What may wait in one link, and in all of them together where these are not too many, in bytes. */
const largestWindow = 1_048_576
const allWindows = 32 * 1_048_576

export interface CreditLinksParts extends Omit<LinkPlace, 'node'> {
  readonly messages: NodeMessages
}

/**
 * Links over messages. Two nodes with links tell each other of them again and again, so that neither
 * waits for one that the other does not know, and neither for a node that is gone.
 */
export class CreditLinks implements NodeLinks {
  readonly #parts: CreditLinksParts
  readonly #services = new Map<string, AcceptLink>()
  readonly #peers = new Map<NodeId, Peer>()
  #lastNumber = 0
  #links = 0
  #lastBeat = 0
  #stopBeats: Cancel | undefined

  constructor(parts: CreditLinksParts) {
    this.#parts = parts
    parts.messages.listen(
      (from, message) => this.#hear(from, message),
      () => this.breakAll(),
    )
  }

  /** Links that are open. */
  get size(): number {
    return this.#links
  }

  open(node: NodeId, service: string, header: LinkHeader): Link {
    const number = ++this.#lastNumber
    const link = this.#make(node, number)
    this.#send(node, { kind: 'open', link: number, service, knows: this.#parts.applied(), header })
    return link
  }

  serve(service: string, accept: AcceptLink): void {
    this.#services.set(service, accept)
  }

  breakAll(): void {
    for (const peer of this.#peers.values()) breakOff(peer)
  }

  #hear(from: NodeId, message: Uint8Array): void {
    const frame = decodeFrame(message)
    if (!frame) return
    const peer = this.#peers.get(from)
    if (peer) peer.heardAt = this.#parts.clock.monotonic()
    if (frame.kind === 'open') return this.#accept(from, frame)
    if (frame.kind === 'beat') return this.#compare(from, frame.links)
    const link = peer?.links.get(frame.link)
    if (link) link.hear(frame)
    else if (frame.kind !== 'reset') this.#send(from, { kind: 'reset', link: frame.link })
  }

  #accept(from: NodeId, { link: number, service, knows, header }: Extract<LinkFrame, { kind: 'open' }>): void {
    const accept = this.#services.get(service)
    if (!accept || number >= 0) return this.#send(from, { kind: 'reset', link: number })
    if (this.#peers.get(from)?.links.has(number)) return
    const link = this.#make(from, number)
    this.#parts.reached(knows, () => accept(link, header, from))
  }

  #compare(from: NodeId, states: readonly LinkState[]): void {
    for (const state of states) {
      const link = this.#peers.get(from)?.links.get(state.link)
      if (link) link.compare(state)
      else this.#send(from, { kind: 'reset', link: state.link })
    }
  }

  #make(node: NodeId, number: LinkNumber): CreditLink {
    const link = new CreditLink({
      number,
      send: (frame) => this.#send(node, frame),
      window: () => Math.max(firstCredit, Math.min(largestWindow, allWindows / this.#links)),
      over: () => this.#over(node, number),
    })
    let peer = this.#peers.get(node)
    if (!peer) this.#peers.set(node, (peer = { links: new Map(), heardAt: this.#parts.clock.monotonic() }))
    peer.links.set(number, link)
    this.#links++
    if (!this.#stopBeats) this.#beatLater()
    return link
  }

  #over(node: NodeId, number: LinkNumber): void {
    const peer = this.#peers.get(node)
    if (!peer?.links.delete(number)) return
    this.#links--
    if (peer.links.size === 0) this.#peers.delete(node)
    if (this.#links > 0) return
    this.#stopBeats?.()
    this.#stopBeats = undefined
  }

  #beatLater(): void {
    const { clock } = this.#parts
    this.#lastBeat = clock.monotonic()
    this.#stopBeats = clock.after(beatMs, () => this.#beat())
  }

  #beat(): void {
    const now = this.#parts.clock.monotonic()
    // Where this process stood still, the others may have spoken, and nobody has listened yet.
    const stoodStill = now - this.#lastBeat >= 2 * beatMs
    for (const [node, peer] of this.#peers) {
      if (stoodStill) peer.heardAt = now
      if (now - peer.heardAt >= silentMs) breakOff(peer)
      const states = Array.from(peer.links.values(), ({ state }) => state)
      for (let at = 0; at < states.length; at += mostInBeat) {
        this.#send(node, { kind: 'beat', links: states.slice(at, at + mostInBeat) })
      }
    }
    if (this.#links > 0) this.#beatLater()
  }

  #send(to: NodeId, frame: LinkFrame): void {
    this.#parts.messages.send(to, encodeFrame(frame))
  }
}

/** The links to one other node. */
interface Peer {
  readonly links: Map<LinkNumber, CreditLink>
  /** On the clock that only grows. */
  heardAt: number
}

function breakOff({ links }: Peer): void {
  for (const link of links.values()) link.breakOff()
}
