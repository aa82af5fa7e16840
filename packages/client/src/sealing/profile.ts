import type { Secrecy } from '../features.ts'

/**
 * A user's keys: `publicKey` as SubjectPublicKeyInfo, `privateKey` as PKCS #8, both DER in base64.
 * RSA. The public key carries the public half of `sealingKey`, a raw X25519 private key in base64;
 * one from before `parley-2` has none.
 */
export interface Identity {
  readonly publicKey: string
  readonly privateKey: string
  readonly sealingKey?: string
}

/** The two users of a conversation, in any order. */
export type Pair = readonly [string, string]

/**
 * How two clients seal what they say to each other: the algorithms, which no document fixes. A
 * session key is raw bytes, in a profile's own form. What does not open, whether by the wrong key
 * or tampering, is null: never half a text.
 */
export interface Profile {
  readonly name: 'parley-1' | 'ident-interop' | 'helo-interop' | 'json-interop'
  readonly secrecy: Exclude<Secrecy, 'plain'>
  /** `json-interop` makes a fresh key for every message. */
  readonly keyPerMessage: boolean
  newSessionKey(): Uint8Array<ArrayBuffer>
  /** The session key, encrypted to a public key. Rejects when that is no RSA key. */
  wrap(sessionKey: Uint8Array<ArrayBuffer>, publicKey: string): Promise<string>
  unwrap(wrapped: string, identity: Identity): Promise<Uint8Array<ArrayBuffer> | null>
  seal(sessionKey: Uint8Array<ArrayBuffer>, text: string, pair: Pair): Promise<string>
  open(sessionKey: Uint8Array<ArrayBuffer>, message: string, pair: Pair): Promise<string | null>
}

/** The protocols whose other clients have a profile of their own. */
export type InteropProtocol = 'ident' | 'helo' | 'json'

/**
 * How other people's clients seal, by the protocol that they speak (I, H and J: the interop
 * profiles of the rulings).
 */
export type InteropProfiles = { readonly [protocol in InteropProtocol]: Profile }
