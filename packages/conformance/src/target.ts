import type { ConnectionOptions } from 'node:tls'

/** The server under test, as its operator offers it. What is absent, the runner does without. */
export interface Target {
  /**
   * A listener with the options of the transcript; undefined: there is none, and the transcript is
   * skipped. Asked anew each time an actor connects. `actor`: who does; absent: nobody yet. `isTransfer`:
   * it comes to a port that it was told of, or to one for the bytes of files.
   */
  address(protocol: string, actor?: string, isTransfer?: boolean): Address | undefined
  /** Lets the server's time pass without waiting for it. Absent: the runner waits. */
  pass?(ms: number): Promise<void>
  /**
   * Resolves once the server is at rest: it has accepted each of these connections, read every byte
   * that was written on it and seen its end where it has `ended`; no session is busy, other than
   * waiting for time to pass; and everything it queued is handed to the sockets. Resolves with its
   * own side of the connections, also of those that it has closed. A pair of ports that was used
   * twice means the later connection. Absent: the runner waits for a while of silence.
   */
  quiesce?(connections: readonly ClientSide[]): Promise<readonly ServerSide[]>
  /**
   * A new server over the same data directory, after `kill -9` or an orderly stop. Resolves when it
   * listens.
   */
  restart?(how: 'kill' | 'stop'): Promise<void>
}

export interface Address {
  readonly host: string
  readonly port: number
  /** What `connect` of node:tls takes; absent: no TLS. */
  readonly tls?: ConnectionOptions
}

/**
 * Both ports are needed to know a connection by: to two listeners one may come from the same port.
 */
export interface ClientSide {
  readonly clientPort: number
  readonly serverPort: number
  readonly bytesWritten: number
  /** The client has sent its end: a FIN, or an RST. */
  readonly ended: boolean
}

export interface ServerSide {
  readonly clientPort: number
  readonly serverPort: number
  readonly bytesSent: number
  /** The server has ended the connection, by FIN or RST. */
  readonly ended: boolean
}
