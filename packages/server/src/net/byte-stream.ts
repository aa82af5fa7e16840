/** Whoever reads a byte stream. Called one at a time. */
export interface StreamReader {
  /** The bytes are the reader's, and never changed by anybody. */
  data(chunk: Uint8Array): void
  /** The far side has ended its part. It may still be written to. */
  ended(): void
  /**
   * Called once and last, however it came to that. `data` and `ended` are not called afterwards.
   */
  closed(): void
}

/**
 * A connection's transport: a socket, or a pair of queues in memory. Promises: bytes arrive in the
 * order of writing; no method throws or calls the reader before it returns, also when the stream is
 * closed.
 */
export interface ByteStream {
  /**
   * From here on this reader is called. Called again when a connection leaves its protocol: only
   * the new reader is called.
   */
  readBy(reader: StreamReader): void
  /**
   * No more chunks come until `resume`, except for one that is on its way; nor does the end that
   * follows them.
   */
  pause(): void
  resume(): void
  /**
   * `taken` runs once, when the system has taken these bytes and all before them, and never where
   * the stream closes before. Bytes may be none. What is written after `end` is dropped.
   */
  write(bytes: Uint8Array, taken?: () => void): void
  /** Bytes that were written and that the system has not taken. */
  readonly unsent: number
  /** Bytes that the reader was given. */
  readonly received: number
  /**
   * Ends our side once everything is written. `ended` runs when that is done, or has been done
   * before, and never where the stream closes first.
   */
  end(ended?: () => void): void
  /** Closes both sides. */
  destroy(): void
  /**
   * The same, so that nobody takes a part for the whole: by a reset where the transport has one,
   * which TLS has not.
   */
  reset(): void
  /** Neither side is open. */
  readonly closed: boolean
}
