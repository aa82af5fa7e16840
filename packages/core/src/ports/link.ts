/**
 * A connection as plain bytes, with back-pressure both ways: what files and tunnels are carried
 * over. No method rejects.
 */
export interface Link {
  /**
   * The next bytes; null: the far side has ended, or the connection is gone. One read at a time.
   */
  read(): Promise<Uint8Array | null>
  /**
   * Keeps the order of the calls. Resolves when more may be written; false: the connection is gone.
   */
  write(bytes: Uint8Array): Promise<boolean>
  /** Resolves once the system has taken all that was written; false: the connection is gone. */
  flushed(): Promise<boolean>
  /** Ends our side once everything is written. The far side may go on. */
  end(): void
  /** Breaks the connection off, so that nobody takes a part for the whole. */
  destroy(): void
  /** The connection broke, rather than ended, before its far side had said all. */
  readonly lost: boolean
}
