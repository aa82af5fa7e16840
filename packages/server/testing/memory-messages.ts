import type { NodeId } from '@parley/core'
import type { NodeMessages } from '../src/cluster/links/node-messages.ts'

/** What becomes of one message on its way. */
export type Fate = 'comes' | 'is-lost' | 'comes-twice' | 'comes-late'

interface Listener {
  readonly hear: (from: NodeId, message: Uint8Array) => void
  readonly cut: () => void
}

/** The ways between the nodes of a cluster, in one process, for tests that lose messages on them. */
export class MemoryMessages {
  /** Asked for each message. */
  fate: (from: NodeId, to: NodeId, message: Uint8Array) => Fate = () => 'comes'
  /** Bytes that were sent and have not come. */
  underway = 0
  /** The most that ever were. */
  mostUnderway = 0
  readonly #listeners = new Map<NodeId, Listener>()
  readonly #held = new Map<NodeId, (() => void)[]>()
  #queue: (() => void)[] = []
  #late: (() => void)[] = []

  node(id: NodeId): NodeMessages {
    return {
      send: (to, message) => this.#send(id, to, message.slice()),
      listen: (hear, cut) => void this.#listeners.set(id, { hear, cut }),
    }
  }

  /** It hears nothing any more. */
  kill(id: NodeId): void {
    this.#listeners.delete(id)
  }

  /** What comes to the node waits until `letCome`. */
  hold(id: NodeId): void {
    this.#held.set(id, [])
  }

  letCome(id: NodeId): void {
    const held = this.#held.get(id) ?? []
    this.#held.delete(id)
    for (const come of held) come()
  }

  /** The node is told that messages may have got lost. */
  cut(id: NodeId): void {
    this.#listeners.get(id)?.cut()
  }

  #send(from: NodeId, to: NodeId, message: Uint8Array): void {
    const fate = this.fate(from, to, message)
    if (fate === 'is-lost') return
    this.underway += message.length
    this.mostUnderway = Math.max(this.mostUnderway, this.underway)
    const come = (): void => {
      const held = this.#held.get(to)
      if (held) held.push(come)
      else this.#listeners.get(to)?.hear(from, message)
    }
    const comeOnce = () => {
      this.underway -= message.length
      come()
    }
    if (fate === 'comes-late') return void this.#late.push(comeOnce)
    this.#queue.push(comeOnce)
    if (fate === 'comes-twice') this.#queue.push(come)
    this.#queue.push(...this.#late.splice(0))
    setImmediate(() => this.#deliver())
  }

  #deliver(): void {
    for (const come of this.#queue.splice(0)) come()
  }
}
