import type { Link } from './link.ts'

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
  say(group: string, text: string): Promise<void>
  list(): Promise<readonly ListedGroup[]>
}

export interface Game {
  start(): Promise<void>
  join(): Promise<void>
  guess(number: number): Promise<'low' | 'high' | 'right'>
}

export interface Letter {
  readonly from: string
  readonly text: string
  /** What was said to everybody while nobody was listening. */
  readonly toAll: boolean
}

export interface Mailbox {
  /** Fetches what waits, letter by letter; a letter is acknowledged when the next one is asked for, or at the end. */
  fetch(): AsyncIterable<Letter>
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

/** A file to send: `bytes` is called once, when the other side is ready. */
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

/** How a file went: `delivered` to the other side, or `sent`: the server has all of it and does not say more. */
export type Delivery = 'delivered' | 'sent'

export interface FileOffer {
  readonly from: string
  /** As it was sent: no path to be trusted. */
  readonly name: string
  readonly size: number | null
  /** Answers the bytes; the iteration throws a ChatError when they are not what was announced. */
  accept(): Promise<IncomingFile>
  decline(): Promise<void>
}

export interface IncomingFile {
  readonly bytes: AsyncIterable<Uint8Array>
  /** Whether what came is what was sent; also tells the sender, in a protocol that has words for it. Call it when all was read. */
  verify(): Promise<boolean>
}

export interface Sealing {
  /** The number that both sides of a conversation can compare; rejects when no key of that user is known. */
  safetyNumber(user: string): Promise<string>
  /** Accepts a changed key, after which messages are sent again. */
  acceptKey(user: string): Promise<void>
}
