import type { Clock, Core, Result, Subscriber, Wire } from '@parley/core'

/**
 * The face that every protocol shows to the server, the client and the transcripts: read this first. A protocol is a
 * codec (bytes to frames) and a session (frames to the core), both free of sockets, and a wire (events to bytes).
 */
export interface Protocol<In, Out> {
  /** Also the scheme of its URLs; with an `s` behind it: over TLS. */
  readonly name: string
  readonly port: number
  /** What may stand behind the `?` of a listener's URL. */
  readonly options: OptionSpecs
  /** The protocol as one listener speaks it. Every option is present and was checked against its spec. */
  dialect(options: Options): Dialect<In, Out>
  readonly notation: Notation
}

/** `values`: the only ones allowed; `port`: digits of one, 0 included, or nothing; without either any text is. */
export interface OptionSpec {
  readonly default: string
  readonly values?: readonly string[]
  readonly port?: true
  readonly note: string
}
export type OptionSpecs = { readonly [option: string]: OptionSpec }
export type Options = { readonly [option: string]: string }

export interface Dialect<In, Out> {
  readonly codec: Codec<In, Out>
  /** One object per dialect: everybody who signs in by it shares the bytes it makes. */
  readonly wire: Wire
  /** When bytes count as received: once the client has sent anything after they were flushed, or once they were. */
  readonly received: 'next-input' | 'flushed'
  /** Seconds to sign in, where the protocol needs more than the server's setting (C-9). */
  readonly signInSeconds?: number
  /** Bytes of replies that may wait before the next frame is handled, where it must be fewer than usual; 0: each reply is a write of its own (P-6). */
  readonly repliesAhead?: number
  /** Listeners that belong to this one (J-16), started and announced after it. */
  readonly companions?: readonly Companion[]
  session(context: SessionContext<Out>): Session<In>
}

/** `port` answers where to listen, given the port that its listener was to have: 0, any free one, for both. */
export interface Companion {
  readonly name: string
  port(main: number): number
  readonly dialect: Dialect<unknown, unknown>
}

/** A frame, or why there is none. Garbage is data: every document answers it in its own way. */
export type Decoded<In> =
  { readonly ok: true; readonly frame: In } | { readonly ok: false; readonly problem: 'too-long' | 'malformed' }

/** Bytes to frames and back. Knows no user, no state, no socket and no clock. */
export interface Codec<In, Out> {
  /** `limit` answers the longest frame in bytes that is accepted at the moment; it grows at sign-in. */
  decoder(limit: () => number): Decoder<In>
  encode(frame: Out): Uint8Array
}

/**
 * One per connection. Never throws, and gives the same frames however the bytes were split. What `push` was given
 * is not kept by reference beyond the next call of `next` that answers undefined.
 */
export interface Decoder<In> {
  push(chunk: Uint8Array): void
  next(): Decoded<In> | undefined
  /**
   * For a protocol whose frames may end by silence (P-1): milliseconds after which what is pending counts as
   * complete and `settle` is to be called; undefined while nothing is pending that silence could end. Also called, with
   * the same condition, at the end of the stream.
   */
  silence?(): number | undefined
  settle?(): void
  /** What came behind the last frame, for a session that detaches; there is nothing more afterwards. */
  rest?(): Uint8Array
}

/**
 * Frames to the core. One per connection and run as an actor: `opened`, frames in order, `closed` exactly once and
 * last; never two at once, also while something is awaited.
 */
export interface Session<In> {
  opened(): void
  received(item: Decoded<In>): void | Promise<void>
  closed(): void
  /** The protocol's own words for an end that the server decides; what it sends here is still flushed. */
  farewell(reason: Farewell): void
}

/** `stopping`: X-11. `too-slow`: more unsent bytes than X-8 allows. `sign-in-timeout`: nobody signed in. */
export type Farewell = 'stopping' | 'too-slow' | 'sign-in-timeout'

/** What a session has of the world. */
export interface SessionContext<Out> {
  readonly core: Core
  readonly clock: Clock
  /** The server's name for greetings. */
  readonly serverName: string
  /** Where the connection comes from, for the limits of X-3. */
  readonly address: string
  /** This connection's ear, to sign in with. */
  readonly subscriber: Subscriber
  /** The same ear for a connection that hears by another wire than its dialect's. */
  subscriberOn(wire: Wire): Subscriber
  /** Connections of this protocol that have not said who they are (H-4). */
  strangers(): number
  send(frame: Out): void
  /** Flushes what was sent and ends the connection; nothing more is received. */
  close(): void
  /** Somebody is signed in on this connection: the larger frame limit holds and the time to sign in ends. */
  signedIn(name: string): void
  /** Nobody is (any more): the smaller limit holds and the time to sign in starts anew. */
  signedOut(): void
  /**
   * Takes the connection out of its protocol: what was sent before goes first, `received` is called no more, the time to sign
   * in ends, and `closed` is still called once and last, when the connection has ended.
   */
  detach(): RawLink
  /** A side door: a listener on a port of its own, where this connection's listener listens (H-11). */
  openDoor(dialect: Dialect<unknown, unknown>, visitors: Visitors): Promise<Result<Door, 'no-free-port'>>
}

/** A connection without its protocol: bytes as they are, with back-pressure both ways. */
export interface RawLink {
  /** The next bytes, first those that came behind the last frame; null: the far side has ended, or is `lost`. One read at a time. */
  read(): Promise<Uint8Array | null>
  /** Resolves when more may be written; false: the connection is gone. */
  write(bytes: Uint8Array): Promise<boolean>
  /** Resolves once the system has taken all that was written; false: the connection is gone. */
  flushed(): Promise<boolean>
  /** Ends our side once everything is written; the far side may go on. */
  end(): void
  destroy(): void
  /** The connection broke, rather than ended, before its far side had said all. */
  readonly lost: boolean
}

/** How many connections a door lets in, and from which addresses; others find it closed. */
export interface Visitors {
  readonly connections: number
  readonly from: ReadonlySet<string>
}

/** Lets in as many connections as it was opened for, and no more once it is closed; those that came in stay. */
export interface Door {
  readonly port: number
  close(): void
}

/**
 * How transcripts and failing tests write this protocol's bytes down: the line itself for text protocols,
 * `SMA sender="ann" text="hi"` for binary ones.
 */
export interface Notation {
  /** Throws an Error that says what is wrong with the line. */
  write(line: string): Uint8Array
  /** The complete frames at the start of `bytes`, one line each; `used` counts the bytes that they took. */
  read(bytes: Uint8Array): { readonly lines: readonly string[]; readonly used: number }
  /**
   * Splits a line into what must be equal as text and what is compared as JSON, where the two differ from plain
   * text; absent: lines are equal when their text is.
   */
  same?(want: string, got: string): boolean
}
