import type { Cancel, Clock } from '@parley/core'
import { rmSync } from 'node:fs'
import type { Logger } from '../logger.ts'
import { takeSnapshot } from '../store/snapshot.ts'
import type { BatchStream } from './batch-stream.ts'
import type { ClusterLog } from './cluster-log.ts'
import type { Snapshots } from './snapshots.ts'

export interface SnapshotterParts {
  readonly log: Pick<ClusterLog, 'position' | 'isJoined' | 'isFirst' | 'save' | 'committed'>
  readonly snapshots: Snapshots
  readonly stream: BatchStream
  /** The data directory, which this process holds. */
  readonly directory: string
  readonly clock: Clock
  readonly logger: Logger
}

/** How often is looked whether it is time. */
const lookMs = 30_000
/** A snapshot is taken after so many batches, or after so long where there were any. */
const mostBatches = 100_000
const mostMs = 3_600_000

/**
 * Takes a snapshot now and then, on the node that has taken part for longest, and trims the log
 * behind the one before.
 */
export class Snapshotter {
  readonly #parts: SnapshotterParts
  #newest: number | null = null
  #since: number
  #cancel: Cancel
  #taking: Promise<void> = Promise.resolve()

  constructor(parts: SnapshotterParts) {
    this.#parts = parts
    this.#since = parts.clock.monotonic()
    this.#cancel = parts.clock.after(lookMs, () => this.#look())
  }

  /** The position of the newest snapshot that this node knows of; null: of none. */
  get newest(): number | null {
    return this.#newest
  }

  /** Resolves when nothing is under way any more. */
  async close(): Promise<void> {
    this.#cancel()
    await this.#taking
  }

  /** Takes one now. */
  async take(): Promise<'taken' | 'failed'> {
    const { log, snapshots, stream, directory, logger } = this.#parts
    const state = log.save()
    await log.committed()
    const copy = await takeSnapshot(directory)
    if (!copy.ok) {
      logger.error({ why: copy.fail }, 'no snapshot for new nodes could be taken; see whether the disk has room')
      return 'failed'
    }
    const put = await snapshots.put(state, copy.value)
    rmSync(copy.value, { force: true })
    const before = put.ok ? await snapshots.removeBefore(state.position) : put
    const trimmed = before.ok ? await stream.trim(before.value ?? 0) : before
    if (!trimmed.ok) {
      logger.warn({}, 'NATS did not take a snapshot for new nodes; it is tried again')
      return 'failed'
    }
    this.#newest = state.position
    this.#since = this.#parts.clock.monotonic()
    logger.info({ position: state.position }, 'a snapshot for new nodes was taken')
    return 'taken'
  }

  #look(): void {
    this.#taking = this.#takeWhenDue().finally(() => {
      this.#cancel = this.#parts.clock.after(lookMs, () => this.#look())
    })
  }

  async #takeWhenDue(): Promise<void> {
    const { log, snapshots, clock } = this.#parts
    if (!log.isJoined || !log.isFirst) return
    const newest = await snapshots.newest()
    if (!newest.ok) return
    this.#newest = newest.value
    const behind = log.position - (newest.value ?? 0)
    const isDue = behind >= mostBatches || (behind > 0 && clock.monotonic() - this.#since >= mostMs)
    if (isDue) await this.take()
  }
}
