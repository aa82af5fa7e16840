import type { Backup, Devices } from './devices.ts'
import type { History, KeptMessage } from './history.ts'
import type { Link } from './link.ts'
import type { SayOptions } from './stamp.ts'

export type { Secrecy } from './secrecy.ts'

/**
 * Everything that a client of some protocol can do. A feature has the name of its chapter: `keys`
 * is `keys.ts` in the folder of each protocol that has words for it, here and in
 * `@parley/protocols`. Every method rejects with a ChatError.
 */
export interface Features {
  readonly talk: Talk
  readonly users?: UserList
  readonly keys?: Keys
  readonly groups?: Groups
  readonly game?: Game
  readonly mailbox?: Mailbox
  readonly files?: Files
  readonly tunnels?: Tunnels
  readonly history?: History<KeptMessage>
  readonly devices?: Devices
  readonly backup?: Backup
}

/** Plain text. A promise resolves when the server has taken it. */
export interface Talk {
  /** To everybody. */
  say(text: string, options?: SayOptions): Promise<void>
  /** To one user. */
  tell(user: string, text: string, options?: SayOptions): Promise<void>
}

export interface UserList {
  /** Who is here, oneself included. */
  list(): Promise<readonly string[]>
}

/** Sealed messages as the wire carries them: opaque strings. */
export interface Keys {
  /** Whoever is asked for its key may forget the session that it had with the asker (H-16). */
  readonly askingEndsSession?: boolean
  /**
   * Our public key, for whoever asks from now on. It is published at once where the protocol does
   * that.
   */
  publish(key: string): void
  /**
   * Rejects with `not-sealable` when that user has none, `no-such-user` when there is no such user.
   */
  request(user: string): Promise<string>
  /**
   * `sessionKey`: as it was sent, encrypted to whoever it was sent to; `fresh`: it was not sent
   * yet. A protocol that carries it with every message sends it in any case.
   */
  send(user: string, message: string, sessionKey: string, fresh: boolean, options?: SayOptions): Promise<void>
}

/** `null`: the server does not say. */
export interface ListedGroup {
  readonly name: string
  readonly admin: string | null
  readonly members: number | null
}

export interface Groups {
  create(group: string): Promise<void>
  join(group: string): Promise<void>
  leave(group: string): Promise<void>
  kick(group: string, user: string): Promise<void>
  /** Makes another member its admin. Rejects with `cannot` where the protocol has no words for it. */
  handOn(group: string, user: string): Promise<void>
  say(group: string, text: string, options?: SayOptions): Promise<void>
  list(): Promise<readonly ListedGroup[]>
}

export interface Game {
  start(): Promise<void>
  join(): Promise<void>
  guess(number: number): Promise<'low' | 'high' | 'right'>
}

export interface StoredMessage {
  readonly from: string
  readonly text: string
  /** What was said to everybody while nobody was listening. */
  readonly toAll: boolean
  /** When it was written; absent where the server does not tell. */
  readonly at?: Date
}

export interface FetchOptions {
  /** Asks for the dates, of a server that may not know how to tell them. */
  readonly dates?: boolean
  /** Leaves everything in the mailbox. Rejects with `cannot`, and takes nothing, where the server would not. */
  readonly keep?: boolean
}

export interface Mailbox {
  /**
   * Fetches what waits, one by one. A message is acknowledged when the next one is asked for, or at
   * the end.
   */
  fetch(options?: FetchOptions): AsyncIterable<StoredMessage>
}

/** A private connection between two users, through the server. */
export interface Tunnel {
  readonly with: string
  readonly link: Link
}

export interface TunnelRequest {
  readonly from: string
  accept(): Promise<Tunnel>
  decline(): Promise<void>
}

export interface Tunnels {
  /** Resolves when the other side has accepted. Aborting takes the request back. */
  ask(user: string, options?: { readonly signal?: AbortSignal }): Promise<Tunnel>
}

export interface Files {
  send(user: string, file: FileSource): SentFile
}

/** A file to send. */
export interface FileSource {
  readonly name: string
  readonly size: number
  /** May be called twice: once to compute a checksum beforehand, once to send. */
  bytes(): AsyncIterable<Uint8Array>
}

/** `sent`: bytes handed to the network. */
export interface SentFile {
  onProgress(run: (sent: number, size: number) => void): void
  cancel(): void
  /** Rejects with what the other side or the server said. */
  readonly delivered: Promise<Delivery>
}

/**
 * How a file went: `delivered` to the other side, or `sent`: the server has all of it and does not
 * say more.
 */
export type Delivery = 'delivered' | 'sent'

export interface FileOffer {
  readonly from: string
  /** As it was sent: no path to be trusted. */
  readonly name: string
  readonly size: number | null
  /**
   * Resolves with the bytes. Their iteration throws a ChatError when they are not what was
   * announced.
   */
  accept(): Promise<IncomingFile>
  decline(): Promise<void>
}

export interface IncomingFile {
  readonly bytes: AsyncIterable<Uint8Array>
  /**
   * Whether what came is what was sent; also tells the sender, in a protocol that has words for it.
   * Call it when all was read.
   */
  verify(): Promise<boolean>
}

export interface Sealing {
  /**
   * The number that both sides of a conversation can compare; rejects when no key of that user is
   * known.
   */
  safetyNumber(user: string): Promise<string>
  /** Accepts a changed key, after which messages are sent again. */
  acceptKey(user: string): Promise<void>
}
