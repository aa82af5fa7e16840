import {
  Community,
  type Applied,
  type Command,
  type ConnectionId,
  type Entry,
  type NodeId,
  type Result,
  type Write,
} from '@parley/core'
import { DurableFold, HeldStore, RandomCommands, said, SeededRandom, VirtualClock } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { ClusterLog, type LogState } from '../src/cluster/cluster-log.ts'
import { silentLogger } from '../src/logger.ts'
import { MemoryBatches, type MemoryBatchStream } from './memory-batch-stream.ts'
import { PausableClock } from './pausable-clock.ts'

interface Commit {
  readonly writes: readonly Write[]
  readonly seq: number
  readonly at: number
}

/** All of a node at one number, as a snapshot has it. */
interface Kept {
  readonly state: LogState
  readonly commits: readonly Commit[]
}

/** Everybody's view of what happened. */
interface Seen {
  /** By the number of the entry, on whichever node first. */
  readonly digests: Map<number, string>
  /** The number at which this command took effect, by its mark. */
  readonly applied: Map<string, number>
}

class WatchedCommunity extends Community {
  readonly #seen: Seen

  constructor(seen: Seen) {
    super()
    this.#seen = seen
  }

  override apply<C extends Command>(entry: Entry<C>): Applied<C> {
    const applied = super.apply(entry)
    const digest = this.digest()
    const { digests, applied: marks } = this.#seen
    const before = digests.get(entry.seq)
    if (before === undefined) digests.set(entry.seq, digest)
    else assert.equal(digest, before, `nodes differ after ${entry.command.do}, entry ${entry.seq}`)
    const mark = markOf(entry.command)
    if (mark !== null) {
      const place = marks.get(mark) ?? entry.seq
      assert.equal(place, entry.seq, `${mark} was applied twice`)
      marks.set(mark, place)
    }
    return applied
  }
}

/** A disk that keeps what it carried out, so that a kill may take some of it away. */
class Disk extends HeldStore {
  readonly commits: Commit[] = []

  constructor(commits: readonly Commit[]) {
    super(folded(commits))
    this.commits.push(...commits)
  }

  override commit(writes: readonly Write[], seq: number, at: number): Promise<Result<void, 'unavailable'>> {
    this.commits.push({ writes, seq, at })
    return super.commit(writes, seq, at)
  }
}

function folded(commits: readonly Commit[]): DurableFold {
  const fold = new DurableFold()
  for (const { writes, seq, at } of commits) fold.carryOut(writes, seq, at)
  return fold
}

/** What is sure to be told apart: a text that nobody else says. */
function markOf(command: Command): string | null {
  if (!('text' in command) || typeof command.text !== 'string') return null
  return /^mark \d+$/.test(command.text) ? command.text : null
}

/** One process of the run. */
interface Process {
  readonly name: string
  readonly clock: PausableClock
  readonly stream: MemoryBatchStream
  readonly community: Community
  readonly disk: Disk
  readonly log: ClusterLog
  /** Whoever signed in here, and was neither told to go nor has left. */
  readonly open: Map<ConnectionId, NodeId>
  state: 'runs' | 'paused' | 'dead'
}

/** What became of a submission. */
interface Outcome {
  readonly mark: string
  /** Whether it can be told apart in the log. */
  readonly isMarked: boolean
  readonly process: Process
  told: 'not yet' | 'applied' | 'refused'
}

/** How much came about. */
export interface RunCounts {
  submissions: number
  applied: number
  refused: number
  killed: number
  paused: number
  cut: number
  over: number
  snapshots: number
  trimmed: number
}

const names = ['berlin', 'paris', 'rome']

/**
 * Three nodes over one stream in memory, and chance: commands on any of them, batches that are lost,
 * come late or twice, nodes that are killed, stopped and cut off. What must hold is asserted as it
 * goes, and at the end by `check`.
 */
export class ClusterRun {
  readonly clock = new VirtualClock()
  readonly counts: RunCounts = {
    submissions: 0,
    applied: 0,
    refused: 0,
    killed: 0,
    paused: 0,
    cut: 0,
    over: 0,
    snapshots: 0,
    trimmed: 0,
  }
  readonly #random: SeededRandom
  readonly #batches: MemoryBatches
  readonly #seen: Seen = { digests: new Map(), applied: new Map() }
  readonly #processes = new Map<string, Process>()
  /** What commands are made for. */
  readonly #looked = new Community()
  readonly #commands: RandomCommands
  readonly #outcomes: Outcome[] = []
  #snapshots: Kept[] = [{ state: firstState(), commits: [] }]
  #marks = 0

  constructor(seed: number) {
    this.#random = new SeededRandom(seed)
    this.#batches = new MemoryBatches(this.clock, seed, 3)
    this.#batches.faults = { lost: 5, unconfirmed: 5, late: 10 }
    for (const name of names) this.#start(name)
    this.#commands = new RandomCommands(this.#random, this.#looked)
  }

  async step(): Promise<void> {
    const chance = this.#random.integer(100)
    const process = this.#any()
    if (chance < 75) this.#submit(process)
    else if (chance < 91) this.clock.advance(this.#random.integer(700))
    else if (chance < 94) this.#pauseOrGoOn(process)
    else if (chance < 96) this.#cutOrMend(process)
    else if (chance < 97) this.#killOrStart(process)
    else if (chance < 99) this.#snapshot(process)
    else this.clock.jump(this.#random.integer(20_000) - 10_000)
    await this.#turns(this.#random.integer(12))
  }

  /** Everything is mended, and comes to rest. Then all must be as it was promised. */
  async check(): Promise<void> {
    this.#batches.faults = { lost: 0, unconfirmed: 0, late: 0 }
    for (const process of this.#processes.values()) {
      if (process.state === 'paused') this.#pauseOrGoOn(process)
      if (process.state === 'runs') process.stream.mend()
    }
    for (const name of names) if (this.#processes.get(name)!.state === 'dead') this.#start(name)
    for (let passed = 0; passed < 30_000; passed += 500) {
      this.clock.advance(500)
      await this.#turns(30)
      for (const name of names) if (this.#processes.get(name)!.state === 'dead') this.#start(name)
    }
    this.#checkOutcomes()
    await this.#checkNodes()
  }

  async close(): Promise<void> {
    for (const process of this.#processes.values()) process.stream.cut()
    const closing = [...this.#processes.values()].map(({ log }) => log.close())
    this.clock.advance(10_000)
    await Promise.all(closing)
  }

  #checkOutcomes(): void {
    const { applied } = this.#seen
    const latest = new Map<Process, number>()
    for (const { mark, isMarked, told, process } of this.#outcomes) {
      const place = applied.get(mark)
      if (told === 'refused') assert.equal(place, undefined, `${mark} was refused, and was applied`)
      if (told === 'applied' && isMarked) {
        assert.ok(place !== undefined, `${mark} was acknowledged, and is lost`)
        assert.ok(place > (latest.get(process) ?? 0), `${mark} has overtaken what its node submitted before`)
        latest.set(process, place)
      }
      if (told === 'not yet') assert.equal(process.state, 'dead', `nobody was told what became of ${mark}`)
    }
  }

  async #checkNodes(): Promise<void> {
    const all = [...this.#processes.values()]
    const [first] = all
    for (const { log, name, community } of all) {
      assert.ok(log.isJoined, `${name} takes part again`)
      assert.equal(community.seq, first!.community.seq, `${name} has come as far as all`)
      await log.committed()
    }
    const nodes = first!.community.nodes.list().map(({ id }) => id)
    assert.deepEqual(
      [...nodes].sort(),
      all.map(({ log }) => log.node).sort(),
      'those who live take part, and nobody else',
    )
    const disks = all.map(({ disk }) => JSON.stringify(withoutNumbers(disk)))
    for (const disk of disks) assert.equal(disk, disks[0], 'the disks hold the same')
    const online = Array.from(first!.community.users.connections(), ({ id }) => id)
    const open = all.flatMap((process) => [...process.open.keys()])
    // Whoever was told to go by the community is not heard of here, so the other way round alone.
    for (const id of online) assert.ok(open.includes(id), `${id} is a ghost`)
    const shown = first!.community.users.names().map((name) => name.toLowerCase())
    assert.equal(new Set(shown).size, shown.length, 'no name is there twice')
  }

  #start(name: string): void {
    const old = this.#processes.get(name)?.disk
    const { state, commits } = this.#snapshots.at(-1)!
    const lost = this.#random.integer(3)
    const own = old?.commits.slice(0, Math.max(old.commits.length - lost, 0)) ?? []
    // Its own directory counts where it reaches as far as the snapshot.
    const disk = new Disk((own.at(-1)?.seq ?? -1) >= state.community.seq ? own : commits)
    const clock = new PausableClock(this.clock)
    const stream = this.#batches.connect()
    const community = new WatchedCommunity(this.#seen)
    const open = new Map<ConnectionId, NodeId>()
    const log = new ClusterLog(
      {
        community,
        store: disk,
        stream,
        clock,
        random: this.#random,
        deliver: () => {},
        logger: silentLogger,
        name,
        cutOffMs: 6_000,
        over: () => {
          this.counts.over++
          open.clear()
        },
        unfit: (why) => {
          assert.equal(why, 'trimmed')
          this.counts.trimmed++
          this.#processes.get(name)!.state = 'dead'
        },
      },
      state,
      disk.commits.at(-1)?.seq ?? 0,
    )
    this.#processes.set(name, { name, clock, stream, community, disk, log, open, state: 'runs' })
  }

  #submit(process: Process): void {
    if (process.state !== 'runs') return this.#comeBack(process)
    this.counts.submissions++
    this.#looked.restore(process.community.save())
    const mark = `mark ${++this.#marks}`
    const made = this.#commands.next()
    const command = this.#placed(made, process, mark)
    const outcome: Outcome = { mark, isMarked: markOf(command) !== null, process, told: 'not yet' }
    this.#outcomes.push(outcome)
    void process.log.submit(command, (result, { seq }) => {
      assert.equal(outcome.told, 'not yet', `${mark} was told twice`)
      const isRefused = !result.ok && result.fail === 'unavailable'
      outcome.told = isRefused ? 'refused' : 'applied'
      this.counts[outcome.told]++
      if (isRefused) return
      if (outcome.isMarked) assert.equal(this.#seen.applied.get(mark), seq)
      this.#commands.saw(command, seq, { due: [], events: [], writes: [], durable: false, result })
      if (command.do === 'leave') for (const { open } of this.#processes.values()) open.delete(command.connection)
      if (command.do === 'arrive' && result.ok) process.open.set(command.connection, command.node)
    })
  }

  /** As that process would have it: the connections are its own, and texts can be told apart. */
  #placed(command: Command, { log }: Process, mark: string): Command {
    if (command.do === 'node.join' || command.do === 'node.beat' || command.do === 'node.leave') return { do: 'tick' }
    if (command.do === 'broadcast' || command.do === 'tell') return { ...command, text: said(mark) }
    return 'node' in command ? { ...command, node: log.node } : command
  }

  /** Now and then whoever is down comes back. */
  #comeBack(process: Process): void {
    if (this.#random.integer(8) > 0) return
    if (process.state === 'dead') this.#start(process.name)
    else this.#pauseOrGoOn(process)
  }

  #pauseOrGoOn(process: Process): void {
    if (process.state === 'dead') return
    if (process.state === 'runs') {
      this.counts.paused++
      process.state = 'paused'
      process.clock.pause()
      process.stream.cut()
      return
    }
    process.state = 'runs'
    process.clock.goOn()
    process.stream.mend()
  }

  #cutOrMend(process: Process): void {
    if (process.state !== 'runs') return
    if (this.#random.integer(3) > 0) return process.stream.mend()
    this.counts.cut++
    process.stream.cut()
  }

  #killOrStart(process: Process): void {
    if (process.state === 'dead') return this.#start(process.name)
    this.counts.killed++
    process.state = 'dead'
    process.clock.pause()
    process.stream.cut()
  }

  /** The one before it is still there for those who are under way to it. */
  #snapshot({ state: runs, log, disk }: Process): void {
    if (runs !== 'runs' || !log.isJoined) return
    log.flushWrites()
    this.counts.snapshots++
    const before = this.#snapshots.at(-1)!
    const state = log.save()
    if (state.position <= before.state.position) return
    this.#snapshots = [before, { state, commits: [...disk.commits] }]
    this.#batches.trim(before.state.position)
  }

  #any(): Process {
    return this.#processes.get(names[this.#random.integer(names.length)]!)!
  }

  async #turns(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
}

function firstState(): LogState {
  return { base: 100, position: 0, time: { at: 0, stamp: 0 }, community: new Community().save() }
}

/** Which number a disk was written at last is its own: not every entry writes. */
function withoutNumbers({ disk }: Disk): object {
  const { seq: _, at: __, ...state } = disk.state
  return { ...state, messages: [...state.messages] }
}
