import type { Secrecy } from '../chat.ts'

/** A user's key pair: `publicKey` as SubjectPublicKeyInfo, `privateKey` as PKCS #8, both DER in base64. RSA. */
export interface Identity {
  readonly publicKey: string
  readonly privateKey: string
}

/** The two users of a conversation, in any order. */
export type Pair = readonly [string, string]

/**
 * How two clients seal what they say to each other: the algorithms, which no document fixes. A session key is raw bytes, in a profile's own form.
 * What does not open, whether by the wrong key or tampering, is null: never half a text.
 */
export interface Profile {
  readonly name: 'parley-1' | 'ident-field' | 'helo-field' | 'json-field'
  readonly secrecy: Exclude<Secrecy, 'plain'>
  /** json-field makes a fresh key for every message. */
  readonly keyPerMessage: boolean
  newSessionKey(): Uint8Array<ArrayBuffer>
  /** The session key, encrypted to a public key. Rejects when that is no RSA key. */
  wrap(sessionKey: Uint8Array<ArrayBuffer>, publicKey: string): Promise<string>
  unwrap(wrapped: string, identity: Identity): Promise<Uint8Array<ArrayBuffer> | null>
  seal(sessionKey: Uint8Array<ArrayBuffer>, text: string, pair: Pair): Promise<string>
  open(sessionKey: Uint8Array<ArrayBuffer>, message: string, pair: Pair): Promise<string | null>
}
