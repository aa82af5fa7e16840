import type {
  Capabilities,
  ChatEvent,
  Clock,
  Command,
  CommandNamed,
  Community,
  ConnectionEvent,
  ConnectionId,
  ConversationKey,
  ConversationSummary,
  EndEvent,
  FailureOf,
  Hears,
  HistoryPage,
  Conversation,
  HistoryPosition,
  HistorySearch,
  HistoryStretch,
  KeptMessage,
  StoredMessage,
  Link,
  NameFailure,
  Random,
  Result,
  Results,
  Stamp,
  Wire,
} from '@parley/core'
import type { FileCarrier } from './carriers/file-carrier.ts'
import type { TunnelRelay } from './carriers/tunnel-relay.ts'
import type { LensView } from './lens-view.ts'
import type { AdministrationRequest, AdministrationResults } from './administration.ts'

/**
 * The interface that every protocol has for the server, the client and the transcripts: read this
 * first. A protocol is a codec (bytes to frames) and a session (frames to commands), both free of
 * sockets, and a wire (events to bytes).
 */
export interface Protocol<In, Out> {
  /** Also the scheme of its URLs; with an `s` behind it: over TLS. */
  readonly name: string
  readonly port: number
  /** What may stand behind the `?` of a listener's URL. */
  readonly options: OptionSpecs
  /**
   * The protocol as one listener speaks it. Every option is present and was checked against its
   * spec.
   */
  dialect(options: Options): Dialect<In, Out>
  readonly notation: Notation
}

/**
 * `values`: the only ones allowed; `port`: digits of one, 0 included, or nothing; without either
 * any text is.
 */
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
  /**
   * When bytes count as received: once the client has sent anything after they were flushed,
   * or once they were.
   */
  readonly received: 'next-input' | 'flushed'
  /**
   * When a connection is told what happens: at its place in the log, as most are, or once that cannot
   * be lost. Who hears once durable is told everything in the order of the log's numbers, the results
   * of its own commands included.
   */
  readonly hears: Hears
  /** Seconds to sign in, where the protocol needs more than the server's setting (C-9). */
  readonly signInSeconds?: number
  /** Bytes of a frame after sign-in, where the protocol needs more than the server's setting. */
  readonly longestFrame?: number
  /**
   * Bytes of replies that may wait before the next frame is handled, where it must be fewer than
   * usual; 0: each reply is a write of its own (P-6).
   */
  readonly repliesAhead?: number
  /** Listeners that belong to this one (J-16), started and announced after it. */
  readonly companions?: readonly Companion[]
  session(context: SessionContext<Out>): Session<In>
}

/**
 * `port` returns the port to listen on. It is given the port of its listener; 0 is any free one,
 * for both.
 */
export interface Companion {
  readonly name: string
  port(main: number): number
  readonly dialect: Dialect<unknown, unknown>
}

/** A frame, or why there is none. Garbage is data: every protocol has a reply of its own for it. */
export type Decoded<In> =
  { readonly ok: true; readonly frame: In } | { readonly ok: false; readonly problem: FrameProblem }

/**
 * `http`: the first line of the stream is one of HTTP. The connection ends before a session sees it
 * (X-8).
 */
export type FrameProblem = 'too-long' | 'malformed' | 'http'

/** Bytes to frames and back. Knows no user, no state, no socket and no clock. */
export interface Codec<In, Out> {
  /**
   * `limit` returns the longest frame in bytes that is accepted at the moment, which grows at
   * sign-in.
   */
  decoder(limit: () => number): Decoder<In>
  encode(frame: Out): Uint8Array
}

/**
 * One per connection. Never throws, and gives the same frames however the bytes were split. What
 * `push` was given is not kept by reference beyond the next call of `next` that returns undefined.
 */
export interface Decoder<In> {
  push(chunk: Uint8Array): void
  next(): Decoded<In> | undefined
  /**
   * For a protocol whose frames may end by silence (P-1): milliseconds after which what is pending
   * counts as complete and `settle` is to be called; undefined while nothing is pending that
   * silence could end. Also called, with the same condition, at the end of the stream.
   */
  silence?(): number | undefined
  settle?(): void
  /**
   * What came behind the last frame, for a session that detaches; there is nothing more afterwards.
   */
  rest?(): Uint8Array
}

/**
 * Frames to commands and events to frames. One per connection and run as an actor: `opened`, frames
 * in order, `closed` exactly once and last; never two at once, also while something is awaited.
 * `hear` and `overhear` come in between, also while a frame is being handled, and return at once.
 */
export interface Session<In> {
  opened(): void
  received(item: Decoded<In>): void | Promise<void>
  /** What concerns this connection alone. `stamp`: of the entry that it follows from. */
  hear(event: SessionEvent, stamp: Stamp): void
  /**
   * For a protocol whose clients fetch what was said to everybody (P-8): the bytes that its wire
   * made, which are shared and never changed. Where it is absent, those bytes are written to the
   * connection.
   */
  overhear?(bytes: Uint8Array): void
  /** The connection has ended. Its user leaves the community right after. */
  closed(): void
  /**
   * The protocol's own words for an end that the server decides. What it sends here is still
   * flushed.
   */
  farewell(reason: Farewell): void
}

export type SessionEvent = Exclude<ConnectionEvent, EndEvent>

/**
 * `stopping`: X-11. `too-slow`: more unsent bytes than X-8 allows. `sign-in-timeout`: nobody signed
 * in. `too-many-refused`: nor did anybody with as many commands as X-8 allows. `account-changed`:
 * the name was registered, got another password or was removed. `removed`, `banned` and
 * `no-guests`: an operator decided it. `cut-off`: this server and the others of its community
 * do not hear of each other.
 */
export type Farewell =
  | 'stopping'
  | 'too-slow'
  | 'sign-in-timeout'
  | 'too-many-refused'
  | 'account-changed'
  | 'removed'
  | 'banned'
  | 'no-guests'
  | 'cut-off'

/** Why a command of a session fails: what its feature lists, or a log that cannot take it. */
export type SubmitFailure<D extends Command['do']> = Exclude<FailureOf<D>, 'gone'> | 'unavailable'

/** What a session is told of its command. */
export type Submitted<D extends Command['do']> =
  Extract<Results[D], { ok: true }> | { readonly ok: false; readonly fail: SubmitFailure<D> }

/**
 * A command without what its connection adds: who it comes from, and whether that is within its
 * rate.
 */
export type Unsigned<D extends Command['do']> = { readonly do: D } & Omit<
  CommandNamed<D>,
  'do' | 'connection' | 'node' | 'withinRate'
>

export interface SignIn {
  /** As it was said. */
  readonly name: string
  /** Without one only a guest's name can be taken. */
  readonly password?: string | undefined
  /** Of one of the account's devices, in place of the password. */
  readonly token?: string | undefined
  /**
   * False: only the holder of an account gets in, and an unknown name fails as a wrong password
   * does.
   */
  readonly guests: boolean
  /** False: any number of such connections may share an account with one exclusive one (P-10). */
  readonly exclusive: boolean
  /** One constant object for all connections of a protocol. */
  readonly capabilities: Capabilities
  /** The wire by which this connection hears, where it is not its dialect's. */
  readonly wire?: Wire
}

/**
 * `name-taken`: somebody holds it, or it is registered and the password is missing or wrong.
 * `wrong-password`: the same, where no guests are let in.
 */
export type SignInFailure = NameFailure | 'name-taken' | 'wrong-password' | 'unavailable'
export type SignedIn = Extract<Results['arrive'], { ok: true }>['value']

/** What sessions may look at. Only commands change anything. */
export type CommunityView = Pick<Community, 'accounts' | 'devices' | 'users' | 'groups' | 'keys' | 'files'>

/** What a session has of its environment. */
export interface SessionContext<Out> {
  readonly id: ConnectionId
  readonly community: CommunityView
  readonly clock: Clock
  readonly random: Random
  /** The server's name for greetings. */
  readonly serverName: string
  /** Where the connection comes from. Opaque, compared only. */
  readonly address: string
  /** Carries the bytes of files, for the whole server. */
  readonly carrier: FileCarrier
  /** Joins the two private connections of a tunnel, for the whole server. */
  readonly tunnels: TunnelRelay
  /** Connections of this protocol that have not said who they are (H-4). */
  unauthenticated(): number
  send(frame: Out): void
  /**
   * The same for one of many that nobody asked for: at the pace at which the client reads, behind
   * what was sent so, and perhaps behind what is sent meanwhile.
   */
  sendAtPace(frame: Out): void
  /** Flushes what was sent and ends the connection. Nothing more is received. */
  close(): void
  /**
   * Signs somebody in. `told` runs at the place in the order where the name becomes theirs, so what
   * it sends stands before whatever is heard afterwards. It does not run where the connection ends
   * meanwhile. The promise, where there is one, resolves after it.
   */
  signIn(how: SignIn, told: (result: Result<SignedIn, SignInFailure>) => void): void | Promise<void>
  /** The user leaves, and the connection goes on: the time to sign in starts anew (P-11). */
  signOut(): void
  /**
   * Gives a command its place in the log. `told` runs there, before anything that follows from it
   * is heard, and not at all where the connection is signed in no more. The promise, where there is
   * one, resolves after it.
   */
  submit<D extends Command['do']>(
    command: Unsigned<D>,
    told: (result: Submitted<D>, stamp: Stamp) => void,
  ): void | Promise<void>
  /** An event in every protocol that the server speaks, field by field. */
  lens(event: ChatEvent, stamp: Stamp): Promise<LensView>
  /** What whoever is signed in here may do as an admin. */
  readonly admin: AdminView
  /** What the signed-in user may read of what is kept. */
  readonly history: HistoryView
  /**
   * Brings the connection up to date, for a dialect that hears once durable. To be called while
   * `signIn` tells of its success. `after`: the last number that the client has; null: it wants
   * nothing of history, only the messages in its mailbox that are not in history. These come in any
   * case.
   *
   * Until `caughtUp`, what is kept is not heard live, and everything else is. From then on all is.
   * Nothing is missed and nothing comes twice. It reads on as the client reads.
   */
  catchUp(after: number | null, reader: CatchUpReader): void
  /**
   * The client has received all messages that it was sent up to this number: they leave the mailbox
   * (X-5).
   */
  received(seq: number): void
  /**
   * The user has read a conversation up to this number, on whatever connection it was sent: what of
   * it is in history leaves the mailbox. Resolves when that is done.
   */
  read(of: Conversation, seq: number): Promise<void>
  /**
   * The oldest message of the user's mailbox with an id greater than `after`; null: there is none.
   */
  nextStoredMessage(after: number): Promise<Result<StoredMessage | null, 'unavailable'>>
  /** A token for a new device: the client keeps it, and `device.add` takes its hash. */
  newDeviceToken(): { readonly token: string; readonly hash: string }
  /** What the user's account keeps by `backup.put`; null: nothing. */
  backup(): Promise<Result<string | null, 'unavailable'>>
  /**
   * Takes the connection out of its protocol: what was sent before goes first, `received` is called
   * no more, the time to sign in ends, and `closed` is still called once and last, when the
   * connection has ended.
   */
  detach(): Link
  /**
   * For deadlines: runs once everything was handled that had arrived, since a client is not late
   * where the server is late to read it. Not at all where the connection ends before.
   */
  afterInput(run: () => void): void
  /** A listener on a port of its own, where this connection's listener listens (H-11). */
  openTransferListener(
    dialect: Dialect<unknown, unknown>,
    allowed: AllowList,
  ): Promise<Result<TransferListener, 'no-free-port'>>
}

/** What the holder of an admin's account may ask, in the words of whom it is asked for. */
export interface AdminView {
  readonly isAdmin: boolean
  /**
   * Carries it out as asked by who is signed in here. Decisions fail with `admins-only` where the
   * right was taken away meanwhile.
   */
  carryOut<D extends AdministrationRequest['do']>(
    request: Omit<Extract<AdministrationRequest, { do: D }>, 'by' | 'asAdmin'> & { readonly do: D },
  ): Promise<AdministrationResults[D]>
}

/** A message that was said before. `kept`: it is in history; otherwise it waited in the mailbox. */
export interface PastMessage extends KeptMessage {
  readonly kept: boolean
}

/** What a session is told while it catches up. */
export interface CatchUpReader {
  /** In ascending order of `seq`. */
  message(message: PastMessage): void
  /**
   * Everything up to `seq` has been told, and what comes next is live. `lost`: conversations of which
   * messages behind the number that was given are kept no more, as the user names them: `*`,
   * `#group`, `@name`.
   */
  caughtUp(seq: number, lost: readonly string[]): void
}

/** `unavailable`: the store cannot be read, or nobody is signed in. */
type Read<T> = Promise<Result<T, 'unavailable'>>

/**
 * Reads history as the signed-in user. What the user may not read is as if it were not there. Reads
 * see everything that the connection has heard of. `limit` is at least 1.
 */
export interface HistoryView {
  page(of: ConversationKey, at: HistoryPosition, limit: number): Read<HistoryPage>
  search(search: HistorySearch): Read<readonly KeptMessage[]>
  /** The newest first, at most 1,000. */
  conversations(): Read<readonly ConversationSummary[]>
  /**
   * Everything behind a number, in pieces: there may be no message in a piece that is not the last.
   */
  since(after: number, limit: number): Read<HistoryStretch>
  /** What the user wrote, and all its private messages. In pieces, as `since`. */
  export(after: number, limit: number): Read<HistoryStretch>
  /** One message, for the command that deletes it; null: there is none. */
  message(seq: number): Read<KeptMessage | null>
}

/**
 * How many connections a transfer listener accepts, and from which addresses. Others are refused.
 * `share`: whose part of the ports it takes. `port`: to be taken where it is free.
 */
export interface AllowList {
  readonly connections: number
  readonly from: ReadonlySet<string>
  readonly share: string
  readonly port?: number
}

/**
 * Accepts as many connections as it was opened for, and none once it is closed. Those that were
 * accepted stay.
 */
export interface TransferListener {
  readonly port: number
  close(): void
}

/**
 * How transcripts and failing tests write this protocol's bytes down: the line itself for text
 * protocols, `SMA sender="ann" text="hi"` for binary ones.
 */
export interface Notation {
  /** Throws an Error that says what is wrong with the line. */
  write(line: string): Uint8Array
  /**
   * The complete frames at the start of `bytes`, one line each; `used` counts the bytes that they
   * took.
   */
  read(bytes: Uint8Array): { readonly lines: readonly string[]; readonly used: number }
  /**
   * Splits a line into what must be equal as text and what is compared as JSON, where the two
   * differ from plain text; absent: lines are equal when their text is.
   */
  same?(want: string, got: string): boolean
}
