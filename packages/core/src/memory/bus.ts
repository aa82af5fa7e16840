import type { Address, ChatEvent } from '../events.ts'
import type { Bus } from '../ports/bus.ts'
import type { Cancel } from '../ports/clock.ts'

type Hear = (address: Address, event: ChatEvent) => void

/** Nodes within one process. One node alone talks to nobody, which is what a single server needs. */
export class MemoryBus {
  readonly #nodes = new Set<Node>()

  /** A node's own end of the bus. */
  join(): Bus {
    const node = new Node((address, event) => {
      for (const other of this.#nodes) if (other !== node) other.hear(address, event)
    })
    this.#nodes.add(node)
    node.onClose = () => this.#nodes.delete(node)
    return node
  }
}

class Node implements Bus {
  readonly publish: Hear
  readonly #subscribers = new Set<Hear>()
  onClose: () => void = () => {}

  constructor(publish: Hear) {
    this.publish = publish
  }

  hear(address: Address, event: ChatEvent): void {
    for (const subscriber of this.#subscribers) subscriber(address, event)
  }

  subscribe(hear: Hear): Cancel {
    this.#subscribers.add(hear)
    return () => void this.#subscribers.delete(hear)
  }

  close(): void {
    this.#subscribers.clear()
    this.onClose()
  }
}
