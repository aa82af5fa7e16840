/** A connection as plain bytes, pulled and pushed at the pace of its two ends. */
export interface Link {
  /**
   * The next bytes; null: the far side has ended, or the connection is `lost`. One read at a time.
   */
  read(): Promise<Uint8Array | null>
  /** Resolves when more may be written; false: the connection is gone. */
  write(bytes: Uint8Array): Promise<boolean>
  /**
   * Resolves once the system has taken all that was written; false: the connection is gone. Not
   * after `end`.
   */
  flushed(): Promise<boolean>
  /** Ends our side once everything is written. */
  end(): void
  /**
   * `broken`: the far side sees that the connection broke, and does not take a part for the whole. A
   * transport that cannot tell that apart from an end passes over it.
   */
  destroy(how?: 'broken'): void
  /** The connection broke before its far side had said all. */
  readonly lost: boolean
}

/** Where bytes come from: TCP and TLS in Node, a WebSocket there and in a browser. */
export interface Transport {
  /** Rejects with a ChatError of code `unreachable`, or `aborted`. */
  connect(where: Where, signal?: AbortSignal): Promise<Link>
}

export interface Where {
  readonly host: string
  readonly port: number
  readonly tls: boolean
  /** Of a WebSocket, such as `/chat`. Absent: plain bytes over TCP, or TLS. */
  readonly path?: string
}
