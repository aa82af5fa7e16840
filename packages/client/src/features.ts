import type { Admin } from './admin.ts'
import type { Backup, Devices } from './devices.ts'
import type { History, KeptMessage } from './history.ts'
import type { Lens } from './lens.ts'
import type { Link } from './link.ts'
import type { SayOptions } from './stamp.ts'

import type { Secrecy } from './secrecy.ts'

export type { Secrecy }

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
  readonly lens?: Lens
  readonly admin?: Admin
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
   * The public key that all devices of this user's account have; null: there is none, or no account.
   * Absent where devices have no key in common.
   */
  own?(): Promise<string | null>
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
  /** Who they are, of a group that this user is in; absent: the server does not say. */
  readonly names?: readonly string[]
}

/** Groups whose server hands on sealed messages: opaque strings. */
export interface SealedGroups {
  /** The members, oneself included: those of now first, then as they were lately. */
  memberLists(group: string): Promise<readonly (readonly string[])[]>
  /**
   * Resolves with the members who are here and do not hear what is sealed. `toAll`: rejects with
   * `Unreached` where there are any.
   */
  say(group: string, message: string, toAll: boolean, options?: SayOptions): Promise<readonly string[]>
}

export interface Groups {
  /** Absent: what is said in groups is plain. */
  readonly sealed?: SealedGroups
  create(group: string): Promise<void>
  join(group: string): Promise<void>
  leave(group: string): Promise<void>
  kick(group: string, user: string): Promise<void>
  /** Makes another member its admin. Rejects with `cannot` where the protocol has no words for it. */
  handOn(group: string, user: string): Promise<void>
  say(group: string, text: string, options?: SayOptions): Promise<void>
  list(): Promise<readonly ListedGroup[]>
}

/** Groups as a chat has them. */
export interface ChatGroups extends Omit<Groups, 'say' | 'sealed'> {
  /**
   * Sealed where all members can read that: they have keys of `parley-2`, and those who are here hear
   * it. Plain where somebody cannot, and the event `group-protection` names them. In a group where
   * something was sealed before it is plain only where `plain` asks for it: otherwise it rejects
   * with `not-sealable`, which names those who have no key. Resolves with how it was sent; null:
   * plain, as nothing can be sealed in groups here.
   */
  say(group: string, text: string, options?: GroupSayOptions): Promise<'sealed' | 'plain' | null>
}

export interface GroupSayOptions extends SayOptions {
  /** Default: `sealed-if-possible`. */
  readonly sealing?: SealingChoice
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
  /** `sealed`: see `TunnelOptions`. */
  accept(options?: Pick<TunnelOptions, 'sealed'>): Promise<Tunnel>
  decline(): Promise<void>
}

export interface TunnelOptions {
  /** Aborting takes the request back. */
  readonly signal?: AbortSignal
  /**
   * What passes is sealed, from one program to the other. Both sides have to say so: nothing on the wire
   * asks for it, so nobody can talk them out of it. Rejects with `sealing-failed` or `key-changed`.
   */
  readonly sealed?: boolean
}

export interface Tunnels {
  /** Resolves when the other side has accepted. */
  ask(user: string, options?: TunnelOptions): Promise<Tunnel>
}

export interface Files {
  send(user: string, file: FileSource): SentFile
}

/** A file to send. */
export interface FileSource {
  readonly name: string
  readonly size: number
  /** It is an envelope: servers may be told so. */
  readonly isSealed?: true
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

/** What a chat hands out for a file on its way. */
export interface SentByChat extends SentFile {
  /** Settles before the first byte goes. Rejects as `delivered` does. */
  readonly secrecy: Promise<'sealed' | 'plain'>
}

/** `sealed-if-possible`: plain only to whoever was never seen to seal. */
export type SealingChoice = 'sealed-if-possible' | 'plain' | 'sealed'

export interface FileOffer {
  readonly from: string
  /** As it was sent: no path to be trusted. */
  readonly name: string
  readonly size: number | null
  /** Of what a chat tells: `sealed` proves, once it is read, that it is of whom it says. */
  readonly secrecy?: 'sealed' | 'plain'
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

/** By what a message was sealed, and what that proves. */
export interface Seal {
  readonly profile: 'parley-2' | 'parley-1' | 'ident-interop' | 'helo-interop' | 'json-interop'
  /**
   * Only the holder of the key that is known of its sender can have written it. False under every
   * profile but `parley-2`, and there as long as that key has not come.
   */
  readonly isProved: boolean
}

/**
 * What a server must have done, or somebody else in a sender's name. `forged`: sealed with another
 * key than theirs. `downgraded`: by a profile that proves nothing, though they seal by `parley-2`.
 * `replayed`: it came before, or is too old to be new. `withdrawn`: its sender was told that it had
 * not been taken. `missing`: messages before it never came. `late`: others that were written later
 * came before it. `members`: it is sealed for other members of a group than the server names.
 */
export type SealAlarm = 'forged' | 'downgraded' | 'replayed' | 'withdrawn' | 'missing' | 'late' | 'members'

/** Something to tell people: `reason` is a sentence without a stop. */
export interface Suspicion {
  readonly alarm: SealAlarm
  readonly reason: string
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
