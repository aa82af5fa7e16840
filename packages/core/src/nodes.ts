import type { Entry } from './entry.ts'
import type { NodeId } from './names.ts'
import { done, fail, type Result } from './result.ts'

export type NodeCommand =
  /**
   * A node takes part from here on. One that has its name and was born before is gone: the same node
   * as it was. `born`: in milliseconds since 1970, by its own clock. `batch`: of its commands.
   */
  | {
      readonly do: 'node.join'
      readonly node: NodeId
      readonly name: string
      readonly born: number
      readonly batch: number
    }
  /**
   * A node is alive. `batch`: grows from one batch of its commands to the next. `applied`: the number
   * of the last entry that it had applied.
   */
  | { readonly do: 'node.beat'; readonly node: NodeId; readonly batch: number; readonly applied: number }
  /** A node has stopped: its connections are gone. */
  | { readonly do: 'node.leave'; readonly node: NodeId }
type Command<D> = Extract<NodeCommand, { do: D }>

/**
 * `gone`: nothing of this node counts any more. `old`: this batch, or a later one, was taken
 * before. `name-taken`: by one that was born later, or is the same age.
 */
export interface NodeResults {
  'node.join': Result<void, 'gone' | 'old' | 'name-taken'>
  'node.beat': Result<void, 'gone' | 'old'>
  'node.leave': Result<void, never>
}

/** A node that takes part. Plain data. */
export interface Node {
  readonly id: NodeId
  /** What its operator calls it. */
  readonly name: string
  readonly born: number
  /** The number of the entry by which it joined. */
  readonly joined: number
  /** The log's time when it was heard of last. */
  readonly heardAt: number
  /** The last batch of it that was taken. */
  readonly batch: number
  /** The number of the last entry that it had applied by then. */
  readonly applied: number
}

export interface SavedNodes {
  /** The one first that has not been heard of for longest. */
  readonly nodes: readonly (Node & { readonly heard: number })[]
  /** The newest last. */
  readonly gone: readonly NodeId[]
  readonly elapsed: number
  readonly at: number
}

/** A node that was not heard of for so long is gone. */
export const silenceMs = 6_000
/**
 * A time in which no node was heard of counts as so long at most. All are silent while the log itself
 * is not there, and none of them is gone for that.
 */
const pauseMs = 2_000
/** Nodes that are remembered to be gone, so that no late duplicate brings one back. */
const mostGone = 256

type Heard = Node & { readonly heard: number }

/** The processes that apply the log, as far as the log tells. A process without a cluster is none of them. */
export class Nodes {
  /** The one first that has not been heard of for longest. */
  readonly #nodes = new Map<NodeId, Heard>()
  readonly #gone = new Set<NodeId>()
  /** Milliseconds in which some node could have been heard of. */
  #elapsed = 0
  /** The log's time of the last entry. */
  #at = 0

  has(id: NodeId): boolean {
    return this.#nodes.has(id)
  }

  /** The one first that joined first. */
  list(): readonly Node[] {
    return [...this.#nodes.values()].sort((one, other) => one.joined - other.joined)
  }

  /** The one that has taken part for longest; undefined: there are none. */
  get first(): NodeId | undefined {
    return this.list()[0]?.id
  }

  /** When one of them could be gone, in the log's time; null: there is none. */
  get wakeAt(): number | null {
    const left = this.#left
    return left === null ? null : this.#at + left
  }

  /** Whoever is gone by now, to be removed by `leave`. Called with each entry. */
  wake(now: number): readonly NodeId[] {
    if (this.#nodes.size === 0) return none
    this.#elapsed += Math.min(now - this.#at, pauseMs)
    this.#at = now
    if (this.#left! > 0) return none
    return Array.from(this.#nodes.values())
      .filter(({ heard }) => heard + silenceMs <= this.#elapsed)
      .map(({ id }) => id)
  }

  /** The node whose place this one takes, to be removed by `leave`. */
  before({ node, name }: Command<'node.join'>): Node | undefined {
    return Array.from(this.#nodes.values()).find((each) => each.name === name && each.id !== node)
  }

  join(entry: Entry<Command<'node.join'>>): NodeResults['node.join'] {
    const { seq, at, command } = entry
    const { node: id, name, born, batch } = command
    if (this.#gone.has(id)) return fail('gone')
    if (this.#nodes.has(id)) return fail('old')
    const before = this.before(command)
    if (before && before.born >= born) return fail('name-taken')
    if (this.#nodes.size === 0) this.#at = at
    this.#nodes.set(id, { id, name, born, joined: seq, heardAt: at, batch, applied: seq, heard: this.#elapsed })
    return done
  }

  beat({ at, command }: Entry<Command<'node.beat'>>): NodeResults['node.beat'] {
    const { node, batch, applied } = command
    const before = this.#nodes.get(node)
    if (!before) return fail('gone')
    if (batch <= before.batch) return fail('old')
    this.#nodes.delete(node)
    this.#nodes.set(node, { ...before, heardAt: at, batch, applied, heard: this.#elapsed })
    return done
  }

  /** The node is gone for good. */
  leave(id: NodeId): void {
    if (!this.#nodes.delete(id)) return
    this.#gone.add(id)
    for (const oldest of this.#gone) {
      if (this.#gone.size <= mostGone) break
      this.#gone.delete(oldest)
    }
  }

  save(): SavedNodes {
    return { nodes: [...this.#nodes.values()], gone: [...this.#gone], elapsed: this.#elapsed, at: this.#at }
  }

  restore({ nodes, gone, elapsed, at }: SavedNodes): void {
    this.#nodes.clear()
    for (const node of nodes) this.#nodes.set(node.id, node)
    this.#gone.clear()
    for (const id of gone) this.#gone.add(id)
    this.#elapsed = elapsed
    this.#at = at
  }

  /** Milliseconds until somebody is gone; null: there is nobody. */
  get #left(): number | null {
    for (const { heard } of this.#nodes.values()) return heard + silenceMs - this.#elapsed
    return null
  }
}

const none: readonly NodeId[] = []
