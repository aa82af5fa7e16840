import type { FileOffer, Link } from '@parley/core'
import type { Checksums } from './file-checksums.ts'

/**
 * How a protocol puts a file on a connection: all that it supplies. One carrier moves the bytes for
 * every protocol.
 */
export interface FileFraming {
  /** As in `FileCapability`. Between two sides of one method the body is passed on as it stands. */
  readonly method: string
  /**
   * Who says that a file has arrived: the receiver, or this server, once the receiver's connection
   * has taken every byte.
   */
  readonly confirmedBy: 'receiver' | 'server'
  /** What the receiver is sent before the body. `direct`: the body is passed on as it stands. */
  head(offer: FileOffer, direct: boolean): Uint8Array
  /** What the receiver is sent behind the body. */
  readonly tail: Uint8Array
  /**
   * The longest body that is passed on as it stands, in bytes, and how a transfer ends whose body
   * is longer. `largest`: bytes of the largest file that is taken.
   */
  longestBody(
    offer: FileOffer,
    largest: number,
  ): { readonly bytes: number; readonly outcome: 'corrupted' | 'too-large' }
  /** One for each file. */
  decoder(): BodyDecoder
  /** One for each file. */
  encoder(): BodyEncoder
}

/** Takes the file's bytes out of a body that comes piece by piece. */
export interface BodyDecoder {
  /** Good until the next call. null: this is no body, and the rest is not worth a look. */
  push(piece: Uint8Array): Uint8Array | null
  /** What was still waiting for more; null: the body ends too early. Called once, and last. */
  end(): Uint8Array | null
  /** What the body itself says of the file, once it has ended. */
  readonly said?: Checksums
}

/** Makes a body of a file's bytes. What it returns is good until the next call. */
export interface BodyEncoder {
  push(bytes: Uint8Array): Uint8Array
  /** Called once, and last. */
  end(): Uint8Array
}

interface Endpoint {
  readonly framing: FileFraming
  readonly link: Link
  /** Where the connection comes from. Opaque, compared only. */
  readonly address: string
}

/** The connection by which a file comes. */
export interface SendingEndpoint extends Endpoint {
  /** The next piece of the body, as it stands on the wire; null: its end. */
  piece(): Promise<Uint8Array | null>
}

/** The connection by which a file goes. */
export interface ReceivingEndpoint extends Endpoint {
  /**
   * Where the receiver confirms: what it says of the file, as soon as it does; null: it is gone
   * without a word.
   */
  verdict?(): Promise<'delivered' | 'corrupted' | null>
  /** It has been written everything that stands behind the body as well. */
  written?(): void
}
