import type { Cancel, Clock, Command, NodeId, Random, Stamp } from '@parley/core'
import type { Logger } from '../logger.ts'
import type { BatchStream } from './batch-stream.ts'
import { encodeBatch, headerBytes, numbersPerBatch, writeCommand, type Batch, type WrittenCommand } from './batch.ts'

/** A node is heard of so often, where it has nothing to say. */
const beatMs = 1_500
/** How long until a batch whose outcome is unknown is published again. */
const retryMs = 200

/** Turns of the event loop in which what has arrived is looked at. */
const looksAtSockets = 10

/** Whose command has come by. */
export interface Submission {
  /** It was applied. `result`: of that command. */
  readonly applied: (result: never, stamp: Stamp) => void
  /** It never will be. */
  readonly refused: () => void
}

interface Gathered extends Submission {
  readonly written: WrittenCommand
}

export interface PublisherParts {
  readonly stream: BatchStream
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** How long a batch may be under way before the node is cut off. */
  readonly cutOffMs: number
  /** The number of the last entry that was applied. */
  applied(): number
  /** A batch has been under way for too long. */
  cutOff(): void
}

/**
 * What one life of a node publishes: its commands, gathered into batches. One batch is under way at a
 * time, so the order of the node's commands is theirs in the log, and the next one gathers meanwhile.
 * A batch whose outcome is unknown is published again, under the same id, until it has come by.
 */
export class Publisher {
  readonly id: NodeId
  readonly #name: string
  readonly #parts: PublisherParts
  /** Of the batch that was made last. */
  #number = 0
  #gathered: Gathered[] = []
  #isScheduled = false
  /** The batch that has no place yet, as far as is known. */
  #underWay: number | null = null
  /** By the number of their batch: they have not come by. */
  readonly #published = new Map<number, readonly Submission[]>()
  #isOver = false
  #cancelBeat: Cancel = () => {}
  #cancelCutOff: Cancel = () => {}

  constructor(id: NodeId, name: string, parts: PublisherParts) {
    this.id = id
    this.#name = name
    this.#parts = parts
  }

  /** Whether everything that was submitted has come by. */
  get isIdle(): boolean {
    return this.#gathered.length === 0 && this.#published.size === 0
  }

  /** Commands that have not come by. */
  get waiting(): number {
    let waiting = this.#gathered.length
    for (const submissions of this.#published.values()) waiting += submissions.length
    return waiting
  }

  /** `born`: when this life began, by the wall clock. */
  join(born: number): void {
    const number = ++this.#number
    this.#publish({ do: 'node.join', node: this.id, name: this.#name, born, batch: number }, [])
  }

  submit(command: Command, submission: Submission): void {
    const { random, stream, logger } = this.#parts
    const written = writeCommand(command, random.integer(2 ** 32))
    if (this.#isOver) return submission.refused()
    if (written.bytes > stream.longest - headerBytes) {
      logger.error(
        { do: command.do, bytes: written.bytes },
        'a command is larger than what NATS takes; see max_payload',
      )
      return submission.refused()
    }
    this.#gathered.push({ ...submission, written })
    this.#schedule()
  }

  /** Lets the log's time pass by a batch of nothing, where no other one is about to. */
  beat(): void {
    if (this.#underWay === null && !this.#isScheduled) this.#next()
  }

  /** Whose commands those of this batch are, where it comes by for the first time. */
  cameBy(number: number): readonly Submission[] {
    const submissions = this.#published.get(number) ?? []
    this.#published.delete(number)
    this.#cancelCutOff()
    if (!this.#isOver) this.#watch()
    if (this.#underWay === number) this.#placed()
    return submissions
  }

  /** Publishes nothing any more. What was not published is refused. */
  end(): void {
    this.#isOver = true
    this.#cancelBeat()
    this.#cancelCutOff()
    const gathered = this.#gathered
    this.#gathered = []
    for (const { refused } of gathered) refused()
  }

  /** The log will not take what was published and has not come by. */
  refuse(): void {
    const published = [...this.#published.values()].flat()
    this.#published.clear()
    for (const { refused } of published) refused()
  }

  /** What comes in this turn of the event loop comes along. */
  #schedule(): void {
    if (this.#isScheduled || this.#underWay !== null) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      if (!this.#isOver && this.#underWay === null) this.#next()
    })
  }

  #next(): void {
    const commands = this.#take()
    const number = ++this.#number
    this.#publish({ do: 'node.beat', node: this.id, batch: number, applied: this.#parts.applied() }, commands)
  }

  /** As many commands as one batch takes. */
  #take(): readonly Gathered[] {
    let room = this.#parts.stream.longest - headerBytes
    let count = 0
    for (const { written } of this.#gathered) {
      room -= written.bytes
      if (room < 0 || count === numbersPerBatch - 1) break
      count++
    }
    return this.#gathered.splice(0, count)
  }

  #publish(header: Batch['header'], commands: readonly Gathered[]): void {
    const { random } = this.#parts
    const bytes = encodeBatch(
      header,
      random.integer(2 ** 32),
      commands.map(({ written }) => written),
    )
    this.#underWay = header.batch
    this.#published.set(header.batch, commands)
    this.#cancelBeat()
    // Whoever joins waits for the stream as long as it takes.
    if (header.do === 'node.beat' && this.#published.size === 1) this.#watch()
    void this.#publishUntilKnown(bytes, header.batch)
  }

  async #publishUntilKnown(bytes: Uint8Array, number: number): Promise<void> {
    const isOpen = () => !this.#isOver && this.#underWay === number
    while (isOpen()) {
      const published = await this.#parts.stream.publish(bytes, `${this.id}.${number}`)
      if (!isOpen()) return
      if (published.ok) return this.#placed()
      await new Promise<void>((resolve) => void this.#parts.clock.after(retryMs, resolve))
    }
  }

  /** The batch has its place: the next one may go. */
  #placed(): void {
    this.#underWay = null
    if (this.#isOver) return
    this.#cancelBeat()
    this.#cancelBeat = this.#parts.clock.after(beatMs, () => this.beat())
    if (this.#gathered.length > 0) this.#schedule()
  }

  /** The oldest batch that has not come by must do so in time. */
  #watch(): void {
    for (const number of this.#published.keys()) {
      this.#cancelCutOff = this.#parts.clock.after(this.#parts.cutOffMs, () => this.#isLate(number))
      return
    }
  }

  /**
   * The event loop comes to timers before it looks at its sockets, and after a pause there may be a
   * lot. What has arrived by then is looked at first.
   */
  #isLate(number: number): void {
    let looks = looksAtSockets
    const look = (): void => {
      if (this.#isOver || !this.#published.has(number)) return
      if (--looks > 0) setImmediate(look)
      else this.#parts.cutOff()
    }
    look()
  }
}
