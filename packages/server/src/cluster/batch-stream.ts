import type { Result } from '@parley/core'

/** A batch that has its place. */
export interface PlacedBatch {
  /** 1 is the first. Grows by one from batch to batch. */
  readonly position: number
  /** When it got its place, in milliseconds since 1970 by a clock that may jump. */
  readonly at: number
  readonly bytes: Uint8Array
}

/**
 * Gives batches of bytes one order for all nodes, and keeps them.
 *
 * Promises: what has a place keeps it, and cannot be lost. Whoever consumes hears each batch behind
 * the position that it names, once, in order, and those to come as they come. What was published
 * again under the same id soon enough has one place; how soon is the stream's affair, so a batch may
 * come twice all the same. Where the stream cannot be reached, consuming waits and goes on by itself.
 */
export interface BatchStream {
  /** Bytes of the longest batch. */
  readonly longest: number
  /**
   * Resolves when the batch has its place. `unknown`: it may have one, or get one later. It never
   * waits for ever.
   */
  publish(bytes: Uint8Array, id: string): Promise<Result<void, 'unknown'>>
  /**
   * `take` is not called again before what it returned has resolved. Batches that were trimmed are
   * left out. Returns what ends it: nothing is taken afterwards.
   */
  consume(after: number, take: (batch: PlacedBatch) => void | Promise<void>): () => void
  /** The position of the newest batch; 0: there is none. */
  last(): Promise<Result<number, 'unavailable'>>
  /** Forgets the batches up to this position, that one included. */
  trim(upTo: number): Promise<Result<void, 'unavailable'>>
}
