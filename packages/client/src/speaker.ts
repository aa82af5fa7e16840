import type { Game, Groups, Letter, FileOffer, FileSource, SentFile, Tunnel, TunnelRequest } from './abilities.ts'
import type { Clock } from './clock.ts'
import type { ChatEvents } from './events.ts'
import type { Link, Transport, Where } from './link.ts'

/**
 * One protocol, from the client's side: what a folder of this package implements, and what `connect` makes a Chat of. A member that the
 * protocol has no words for is absent. Every method rejects with a ChatError.
 */
export interface ClientProtocol {
  readonly name: string
  /** Signs in on a fresh connection. Rejects when the greeting or the answer is not what the document says. */
  speak(link: Link, how: SpeakOptions): Promise<Speaker>
}

export interface SpeakOptions {
  readonly name: string
  readonly password?: string | undefined
  readonly where: Where
  /** Where `json` moves the bytes of files; the port behind that of `where` unless given. */
  readonly filePort?: number | undefined
  /** For the private connections of files and tunnels. */
  readonly transport: Transport
  /** Default: the system's. */
  readonly clock?: Clock | undefined
  /** Events are told as they come, from the moment of signing in. */
  tell<K extends keyof SpokenEvents>(event: K, what: SpokenEvents[K]): void
  /** Every line of the wire, both ways, in the notation; absent unless somebody looks. */
  wire?(direction: 'sent' | 'received', line: string): void
  /** Called once, when the connection has ended, whoever ended it. */
  ended(reason: string): void
}

/** What a speaker hears: a chat's events but for those that the chat itself makes; sealed messages still sealed. */
export type SpokenEvents = Pick<
  ChatEvents,
  | 'joined'
  | 'left'
  | 'broadcast'
  | 'group-message'
  | 'notice'
  | 'game-announced'
  | 'game-started'
  | 'game-cancelled'
  | 'game-finished'
  | 'strange'
> & {
  readonly 'plain-message': { readonly from: string; readonly text: string }
  /** `sessionKey`: the one that came with it, or last before it. */
  readonly 'sealed-message': { readonly from: string; readonly message: string; readonly sessionKey: string | null }
  /** Somebody's public key came, asked for or not. */
  readonly key: { readonly user: string; readonly key: string }
  /** The other side has forgotten the session key, and whatever it knew of us (H-16). */
  readonly 'session-over': { readonly user: string }
  readonly 'file-offered': FileOffer
  readonly 'tunnel-asked': TunnelRequest
}

export interface Speaker {
  /** The name as the server took it. */
  readonly me: string
  say(text: string): Promise<void>
  tell(user: string, text: string): Promise<void>
  users?(): Promise<readonly string[]>
  readonly groups?: Groups
  readonly game?: Game
  fetchMailbox?(): AsyncIterable<Letter>
  readonly keys?: SpokenKeys
  sendFile?(user: string, file: FileSource): SentFile
  askTunnel?(user: string, signal?: AbortSignal): Promise<Tunnel>
  /** Says goodbye; resolves when the connection has ended. */
  quit(): Promise<void>
}

/** Sealed messages as the wire carries them: opaque strings. */
export interface SpokenKeys {
  /** Whoever is asked for its key may forget the session that it had with the asker (H-16). */
  readonly askingEndsSession?: boolean
  /** Our public key, for whoever asks from now on; published at once where the protocol does that. */
  publish(key: string): void
  /** Rejects with `not-sealable` when that user has none, `no-such-user` when there is no such user. */
  request(user: string): Promise<string>
  /**
   * `sessionKey`: as it was handed over, encrypted to whoever it was handed to; `fresh` where it has not been handed over yet. A protocol that carries it
   * with every message sends it in any case.
   */
  send(user: string, message: string, sessionKey: string, fresh: boolean): Promise<void>
}
