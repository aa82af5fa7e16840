import type { NodeId } from '../src/names.ts'
import type { Link } from '../src/ports/link.ts'
import type { AcceptLink, LinkHeader, NodeLinks } from '../src/ports/node-links.ts'

/** Bytes that may wait in a link before its writer waits. */
const ahead = 65_536

/** How far a node has come in the log. */
export interface LogProgress {
  /** The number of the last entry that it has applied. */
  applied(): number
  /** Runs once it has applied that entry. */
  reached(seq: number, run: () => void): void
}

const nothingToKnow: LogProgress = { applied: () => 0, reached: (_, run) => run() }

/** The nodes of a cluster in one process. */
export class LinkedNodes {
  /** Whether a link is lost at these bytes. */
  losing: (bytes: Uint8Array) => boolean = () => false
  readonly #nodes = new Set<MemoryNode>()

  /** Each node once. `id`: as it is called at the moment. */
  join(id: () => NodeId, progress: LogProgress = nothingToKnow): NodeLinks {
    const node = new MemoryNode(id, progress, {
      find: (to) => this.#find(to),
      loses: (bytes) => this.losing(bytes),
    })
    this.#nodes.add(node)
    return node
  }

  /** The node is gone, and nobody reaches it any more. */
  kill(id: NodeId): void {
    const node = this.#find(id)
    if (!node) return
    node.breakAll()
    this.#nodes.delete(node)
  }

  #find(id: NodeId): MemoryNode | undefined {
    return Array.from(this.#nodes).find((node) => node.id() === id)
  }
}

interface Network {
  find(id: NodeId): MemoryNode | undefined
  loses(bytes: Uint8Array): boolean
}

class MemoryNode implements NodeLinks {
  readonly #network: Network
  readonly #services = new Map<string, AcceptLink>()
  readonly #ends = new Set<LinkEnd>()
  readonly id: () => NodeId
  readonly #progress: LogProgress

  constructor(id: () => NodeId, progress: LogProgress, network: Network) {
    this.id = id
    this.#progress = progress
    this.#network = network
  }

  open(node: NodeId, service: string, header: LinkHeader): Link {
    const other = this.#network.find(node)
    const [near, far] = linkEnds(this.#network)
    this.#ends.add(near)
    if (other) other.offered(service, header, this.id(), this.#progress.applied(), far)
    else near.breakOff()
    return near
  }

  serve(service: string, accept: AcceptLink): void {
    this.#services.set(service, accept)
  }

  breakAll(): void {
    for (const end of this.#ends) end.breakOff()
    this.#ends.clear()
  }

  offered(service: string, header: LinkHeader, from: NodeId, knows: number, end: LinkEnd): void {
    const take = this.#services.get(service)
    if (!take) return end.breakOff()
    this.#ends.add(end)
    queueMicrotask(() => this.#progress.reached(knows, () => take(end, header, from)))
  }
}

function linkEnds(network: Network): readonly [LinkEnd, LinkEnd] {
  const [near, far] = [new LinkEnd(network), new LinkEnd(network)]
  near.other = far
  far.other = near
  return [near, far]
}

class LinkEnd implements Link {
  lost = false
  other!: LinkEnd
  readonly #network: Network
  #chunks: Uint8Array[] = []
  #waiting = 0
  /** The far side says no more. */
  #hasEnded = false
  /** This side says no more. */
  #isEnding = false
  #isGone = false
  #wakes: (() => void)[] = []

  constructor(network: Network) {
    this.#network = network
  }

  async read(): Promise<Uint8Array | null> {
    while (this.#chunks.length === 0 && !this.#hasEnded && !this.#isGone) await this.#change()
    const chunk = this.#chunks.shift()
    if (!chunk) return null
    this.#waiting -= chunk.length
    this.other.#wake()
    return chunk
  }

  async write(bytes: Uint8Array): Promise<boolean> {
    if (this.#isGone || this.#isEnding) return false
    if (this.#network.loses(bytes)) this.breakOff()
    else if (bytes.length > 0) this.other.#came(bytes.slice())
    while (this.other.#waiting >= ahead && !this.#isGone) await this.#change()
    return !this.#isGone
  }

  flushed(): Promise<boolean> {
    return Promise.resolve(!this.#isGone)
  }

  end(): void {
    if (this.#isGone || this.#isEnding) return
    this.#isEnding = true
    this.other.#hasEnded = true
    this.other.#wake()
  }

  destroy(): void {
    if (this.#isGone) return
    this.#isGone = true
    this.#chunks = []
    this.#wake()
    this.other.#lose()
  }

  /** As if the way between the two were gone. */
  breakOff(): void {
    this.#lose()
    this.other.#lose()
  }

  #came(bytes: Uint8Array): void {
    this.#chunks.push(bytes)
    this.#waiting += bytes.length
    this.#wake()
  }

  #lose(): void {
    if (this.#isGone) return
    this.#isGone = true
    this.lost = !this.#hasEnded
    this.#wake()
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#wakes.push(resolve))
  }

  #wake(): void {
    for (const wake of this.#wakes.splice(0)) wake()
  }
}
