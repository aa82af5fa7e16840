import type {
  Addressed,
  Applied,
  Cancel,
  Clock,
  Command,
  Community,
  Hears,
  Log,
  NodeId,
  Random,
  ResultOf,
  Results,
  Snapshot,
  Stamp,
  Store,
  Told,
} from '@parley/core'
import type { Logger } from '../logger.ts'
import { decodeBatch, numbersPerBatch } from './batch.ts'
import type { BatchStream, PlacedBatch } from './batch-stream.ts'
import { LogTime, type SavedLogTime } from './log-time.ts'
import { lifeEnds, unfits, type LifeEnd, type Unfit } from './life-ends.ts'
import { newNodeId } from './node-id.ts'
import { Publisher, type Submission } from './publisher.ts'
import { StoreWriter } from './store-writer.ts'

/** Where a node is in the log, and all that it knows there. Plain data. */
export interface LogState {
  /** The number of the entry at position 0, which nobody has. */
  readonly base: number
  /** Of the last batch that was applied. */
  readonly position: number
  readonly time: SavedLogTime
  readonly community: Snapshot
}

export interface ClusterLogParts {
  readonly community: Community
  readonly store: Store
  readonly stream: BatchStream
  readonly clock: Clock
  readonly random: Random
  /** Brings events to those who hear them here. Called while this node takes part. */
  deliver(events: readonly Addressed[], stamp: Stamp, hears: Hears): void
  readonly logger: Logger
  /** What its operator calls this node. */
  readonly name: string
  /** How long its batch may be under way before a node is cut off. */
  readonly cutOffMs: number
  /** Whether now and then the digest of the community is logged, which must be the same on all nodes. */
  readonly showsDigests?: boolean
  /**
   * Whoever is connected must be told, and be gone: the community has forgotten them, or will have.
   * The log joins anew by itself, under another id.
   */
  over(why: LifeEnd): void
  /** The process is of no use any more. */
  unfit(why: Unfit): void
  /** For each entry, before anything that follows from it is delivered. */
  applied?(command: Command, result: Results[Command['do']]): void
  /** Entries were applied, and what follows from them was delivered. */
  progressed?(): void
  /** Who takes part has changed. */
  nodesChanged?(): void
  /** How many milliseconds a commit took. */
  readonly committed?: (ms: number) => void
}

const unavailable = { ok: false, fail: 'unavailable' } as const
/** How long batches are applied before others have their turn. */
const turnMs = 10
/** How often whoever joins looks whether the log is as it was. */
const lookMs = 2_000
/** How long a node that stops waits for the stream. */
const leaveMs = 5_000
/** Until a node whose name is taken tries to join again. */
const joinAgainMs = 1_000
/** Batches from one digest in the log to the next. */
const digestEvery = 64
/** Between the nodes, where all of them are to let time pass. */
const wakeStepMs = 150

/**
 * The log of several nodes: its order is that of a stream of batches, which keeps them. Every node
 * applies all of them. A command has its result when its own entry comes by, and cannot be lost by
 * then. The store of each node follows behind; reads come after all writes before them.
 */
export class ClusterLog implements Log {
  readonly #parts: ClusterLogParts
  readonly #base: number
  readonly #time = new LogTime()
  #position: number
  readonly #writer: StoreWriter
  #life: Publisher
  /** When the present life began, by the wall clock. Later than the one before. */
  #born = 0
  #isJoined = false
  #isLeaving = false
  #isClosed = false
  /** Lives that are over, some of whose commands may still come by. */
  readonly #past = new Map<NodeId, Publisher>()
  #onJoined: (() => void)[] = []
  #stop: () => void = () => {}
  /** Monotonic, when the last batch came. */
  #heardAt: number
  #turnSince = 0
  #wakeAt: number | null = null
  #cancelWake: Cancel = () => {}
  #first: NodeId | undefined
  /** The ids of those who take part. */
  #nodes = ''
  #entries = 0
  #batches = 0
  #lives = 0

  /** `storeSeq`: up to this entry the store has what was to be written. */
  constructor(parts: ClusterLogParts, start: LogState, storeSeq: number) {
    this.#parts = parts
    this.#base = start.base
    this.#position = start.position
    this.#time.restore(start.time)
    this.#writer = new StoreWriter(storeSeq, {
      store: parts.store,
      clock: parts.clock,
      last: () => this.#stamp,
      committed: (ms) => parts.committed?.(ms),
      failed: () => this.#end('store-failed'),
    })
    this.#heardAt = parts.clock.monotonic()
    parts.community.restore(start.community)
    this.#life = this.#newLife()
    this.#stop = parts.stream.consume(start.position, (batch) => this.#take(batch))
    this.#join()
  }

  /** This node, as it is in the community at the moment. Another one after each end of its life. */
  get node(): NodeId {
    return this.#life.id
  }

  /** Whether it takes part. Where it does not, everything that is submitted is refused. */
  get isJoined(): boolean {
    return this.#isJoined
  }

  /** Whether it has taken part for longest. What only one node does is done by that one. */
  get isFirst(): boolean {
    return this.#isJoined && this.#first === this.node
  }

  /** Of the last batch that was applied. */
  get position(): number {
    return this.#position
  }

  /** Since the process began. */
  get counts(): { readonly entries: number; readonly batches: number; readonly lives: number } {
    return { entries: this.#entries, batches: this.#batches, lives: this.#lives }
  }

  /** Commands of this node that have not come by. */
  get waiting(): number {
    return this.#life.waiting
  }

  get pendingWrites(): number {
    return this.#writer.pending
  }

  /** The stream is what keeps things; a node whose store takes nothing does not go on. */
  get isWritable(): boolean {
    return this.#isJoined
  }

  /** Resolves when this node takes part and has applied all that was before. */
  joined(): Promise<void> {
    if (this.#isJoined) return Promise.resolve()
    return new Promise((resolve) => this.#onJoined.push(resolve))
  }

  submit<C extends Command>(command: C, told: (result: Told<C>, stamp: Stamp) => void): Promise<void> | undefined {
    if (!this.#isJoined) {
      told(unavailable, this.#stamp)
      return undefined
    }
    return new Promise((resolve, reject) => {
      const tell = (result: Told<C>, stamp: Stamp): void => {
        // A bug in what one of them runs is its own.
        try {
          told(result, stamp)
          resolve()
        } catch (bug) {
          reject(bug)
        }
      }
      this.#life.submit(command, {
        applied: tell,
        refused: () => tell(unavailable, this.#stamp),
      })
    })
  }

  /** All that this node knows, after the last batch. */
  save(): LogState {
    const { community } = this.#parts
    return { base: this.#base, position: this.#position, time: this.#time.save(), community: community.save() }
  }

  /** Whatever was applied so far is on its way to the store, before all that is asked of it next. */
  flushWrites(): void {
    this.#writer.flush()
  }

  /** Resolves when what was applied so far is in the store. */
  committed(): Promise<void> {
    return this.#writer.committed()
  }

  /** Leaves behind everything that was submitted, where the stream is there. */
  async close(): Promise<void> {
    this.#isLeaving = true
    const patience = new Promise<void>((resolve) => void this.#parts.clock.after(leaveMs, resolve))
    await Promise.race([this.submit({ do: 'node.leave', node: this.node }, () => {}), patience])
    this.#isClosed = true
    this.#isJoined = false
    this.#life.end()
    this.#stop()
    this.#cancelWake()
    await this.committed()
  }

  get #stamp(): Stamp {
    return { seq: this.#parts.community.seq, at: this.#time.at }
  }

  #newLife(): Publisher {
    const { stream, clock, random, logger, name, cutOffMs, community } = this.#parts
    return new Publisher(newNodeId(name, random), name, {
      stream,
      clock,
      random,
      logger,
      cutOffMs,
      applied: () => community.seq,
      cutOff: () => this.#over('cut-off'),
    })
  }

  #take({ position, at, bytes }: PlacedBatch): void | Promise<void> {
    if (this.#isClosed) return
    if (position !== this.#position + 1) return this.#end('trimmed')
    const { clock } = this.#parts
    this.#position = position
    this.#time.pass(at)
    this.#heardAt = clock.monotonic()
    this.#batches++
    this.#applyBatch(bytes)
    if (this.#parts.showsDigests && position % digestEvery === 0) this.#showDigest()
    this.#notice()
    this.#parts.progressed?.()
    this.#setWake()
    if (this.#writer.isBehind) return this.committed()
    return this.#breathe()
  }

  #showDigest(): void {
    const { logger, community } = this.#parts
    logger.debug({ position: this.#position, digest: community.digest() }, 'the digest of the community')
  }

  #applyBatch(bytes: Uint8Array): void {
    const decoded = decodeBatch(bytes)
    // Somebody else has published to the subject: nothing, for every node alike.
    if (!decoded) return this.#parts.logger.error({ position: this.#position }, 'something in the stream is no batch')
    const { header, seed, commands } = decoded
    const seq = this.#base + this.#position * numbersPerBatch
    const { node, batch } = header
    const life = node === this.#life.id ? this.#life : this.#past.get(node)
    const head = this.#apply(header, seed, seq)
    // What comes a second time has been told of already, and what is of no life any more will be refused.
    if (!head?.ok) return header.do === 'node.join' && life === this.#life ? this.#joinLater() : undefined
    const submissions = life?.cameBy(batch) ?? []
    for (const [index, { seed: own, command }] of commands.entries()) {
      this.#apply(command, own, seq + 1 + index, submissions[index])
    }
    if (header.do === 'node.join' && life === this.#life) this.#hasJoined()
  }

  #apply<C extends Command>(command: C, seed: number, seq: number, submission?: Submission): ResultOf<C> | undefined {
    const { community, logger } = this.#parts
    const entry = { seq, at: this.#time.at, seed, writable: true, removable: true, command }
    this.#entries++
    let applied: Applied<C>
    try {
      applied = community.apply(entry)
    } catch (bug) {
      // The same on every node. Whatever follows goes on.
      logger.error({ do: command.do, seq, stack: stackOf(bug) }, 'a bug in an entry')
      submission?.refused()
      return undefined
    }
    const { due, result, events, writes } = applied
    this.#writer.add(writes, seq)
    this.#parts.applied?.(command, result)
    this.#tell(due, entry)
    submission?.applied(result as never, entry)
    this.#tell(events, entry)
    return result
  }

  #tell(events: readonly Addressed[], stamp: Stamp): void {
    if (events.length === 0 || !this.#isJoined) return
    try {
      this.#parts.deliver(events, stamp, 'at-once')
      this.#parts.deliver(events, stamp, 'once-durable')
    } catch (bug) {
      this.#parts.logger.error({ seq: stamp.seq, stack: stackOf(bug) }, 'a bug in a delivery')
    }
  }

  #hasJoined(): void {
    this.#isJoined = true
    this.#lives++
    // Those before have gone at the same entry.
    for (const past of this.#past.values()) past.refuse()
    this.#past.clear()
    this.#parts.logger.info({ node: this.node, position: this.#position }, 'takes part in the cluster')
    const waiting = this.#onJoined
    this.#onJoined = []
    for (const run of waiting) run()
  }

  /** Whether this node, or another one, is gone. */
  #notice(): void {
    const { nodes } = this.#parts.community
    if (this.#isJoined && !this.#isLeaving && !nodes.has(this.node)) {
      const isReplaced = nodes.list().some(({ name }) => name === this.#parts.name)
      if (isReplaced) this.#end('replaced')
      else this.#over('silent')
    }
    const present = nodes.list()
    const ids = present.map(({ id }) => id).join()
    if (ids === this.#nodes) return
    this.#nodes = ids
    this.#first = present[0]?.id
    if (this.#isJoined) this.#parts.logger.info({ nodes: present.map(({ name }) => name) }, 'these nodes take part')
    this.#parts.nodesChanged?.()
  }

  #over(why: LifeEnd): void {
    if (!this.#isJoined || this.#isLeaving || this.#isClosed) return
    const life = this.#life
    this.#isJoined = false
    life.end()
    this.#parts.logger.warn({ node: life.id, why }, lifeEnds[why])
    // Where it is gone in the log, the log takes nothing of it any more; otherwise nobody knows.
    if (why === 'cut-off') this.#past.set(life.id, life)
    else life.refuse()
    this.#life = this.#newLife()
    this.#parts.over(why)
    this.#join()
  }

  #join(): void {
    this.#born = Math.max(this.#born + 1, this.#parts.clock.now())
    this.#life.join(this.#born)
    void this.#lookAtStream(this.#life)
  }

  /** A log that ends before this node does not know what it knows. */
  async #lookAtStream(life: Publisher): Promise<void> {
    const isJoining = () => this.#life === life && !this.#isJoined && !this.#isClosed
    while (isJoining()) {
      const last = await this.#parts.stream.last()
      if (!isJoining()) return
      if (last.ok && last.value < this.#position) return this.#end('rewound')
      await new Promise<void>((resolve) => void this.#parts.clock.after(lookMs, resolve))
    }
  }

  /** A process with a clock that is ahead had the name, and is still known. Its silence ends it. */
  #joinLater(): void {
    if (this.#isJoined) return
    this.#life.end()
    this.#parts.clock.after(joinAgainMs, () => {
      if (this.#isClosed) return
      this.#life = this.#newLife()
      this.#join()
    })
  }

  #end(why: Unfit): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#isJoined = false
    this.#stop()
    this.#cancelWake()
    this.#life.end()
    // Otherwise nobody knows what became of what is under way, and nobody is told.
    if (why === 'replaced') this.#life.refuse()
    this.#parts.logger.error({ node: this.node }, unfits[why])
    this.#parts.unfit(why)
  }

  /** Others have their turn where there is much to be applied. */
  #breathe(): void | Promise<void> {
    const now = performance.now()
    if (now - this.#turnSince > 2 * turnMs) this.#turnSince = now
    if (now - this.#turnSince < turnMs) return
    return new Promise((resolve) =>
      setImmediate(() => {
        this.#turnSince = performance.now()
        resolve()
      }),
    )
  }

  /** Every node would let time pass. They do so one after the other, until one has. */
  #setWake(): void {
    const { community, clock } = this.#parts
    const { wakeAt } = community
    if (wakeAt === this.#wakeAt || !this.#isJoined) return
    this.#cancelWake()
    this.#wakeAt = wakeAt
    if (wakeAt === null) return
    const rank = community.nodes.list().findIndex(({ id }) => id === this.node)
    const now = this.#time.at + clock.monotonic() - this.#heardAt
    this.#cancelWake = clock.after(Math.max(wakeAt - now, 0) + rank * wakeStepMs, () => {
      this.#wakeAt = null
      this.#life.beat()
    })
  }
}

function stackOf(bug: unknown): string {
  return bug instanceof Error ? (bug.stack ?? bug.message) : String(bug)
}
