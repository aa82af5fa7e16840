/** How long this client waits, in milliseconds. */
export interface Patience {
  /** For the answer to a request. */
  readonly answer: number
  /** For what a server may leave out when it aborts a tunnel: its document does not say whether an OK comes behind the relayed TCPAbort (C-7). */
  readonly abort: number
  /** For the asked user to accept: longer than the 60 s after which our server aborts (C-5), for servers that never do. */
  readonly accept: number
  /** For the OK on a private socket. The side that accepts waits for the asker, whom the server gives 60 s. */
  readonly join: number
  /** For what was asked to be answered, and for the server to hang up, when the connection is to end. */
  readonly quit: number
}

export const usualPatience: Patience = { answer: 15_000, abort: 2_000, accept: 90_000, join: 75_000, quit: 2_000 }
