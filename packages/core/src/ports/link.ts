/** A connection as plain bytes, which somebody else opened: what a tunnel is made of. No method rejects. */
export interface Link {
  /** The next bytes; null: the far side has ended, or the connection is gone. One read at a time. */
  read(): Promise<Uint8Array | null>
  /** Keeps the order of the calls. Resolves when more may be written; false: the connection is gone. */
  write(bytes: Uint8Array): Promise<boolean>
  /** Ends our side once everything is written; the far side may go on. */
  end(): void
  /** Breaks the connection off. */
  destroy(): void
  /** The connection broke, rather than ended, before its far side had said all. */
  readonly lost: boolean
}
