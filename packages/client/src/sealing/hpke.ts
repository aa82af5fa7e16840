import { Aes128Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256, HpkeError } from '@hpke/core'
import type { Bytes } from './binding.ts'

export type { Bytes } from './binding.ts'

const kem = new DhkemX25519HkdfSha256()
const suite = new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Aes128Gcm() })
/** Bytes of a public and of a private key, and of the encapsulated key in front of what is sealed. */
export const keyBytes = 32
/** What sealing adds: the encapsulated key and the tag. */
export const sealedOverhead = keyBytes + 16

/** Raw X25519 keys of 32 bytes. */
export interface KeyPair {
  readonly publicKey: Bytes
  readonly privateKey: Bytes
}

/** What the two sides have to agree on. */
export interface Binding {
  readonly info: Bytes
  readonly aad?: Bytes
}

export async function newKeyPair(): Promise<KeyPair> {
  const pair = await kem.generateKeyPair()
  const [publicKey, privateKey] = await Promise.all([
    kem.serializePublicKey(pair.publicKey),
    kem.serializePrivateKey(pair.privateKey),
  ])
  return { publicKey: new Uint8Array(publicKey), privateKey: new Uint8Array(privateKey) }
}

/**
 * Seals for the holder of `recipient` in the name of the holder of `sender`: RFC 9180, mode_auth,
 * DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM. The encapsulated key stands in front.
 * null: `recipient` is no key that anything can be sealed for.
 */
export async function sealFor(
  recipient: Bytes,
  sender: KeyPair,
  { info, aad = new Uint8Array(0) }: Binding,
  text: Bytes,
): Promise<Bytes | null> {
  try {
    const senderKey = await kem.deserializePrivateKey(sender.privateKey)
    const recipientPublicKey = await kem.deserializePublicKey(recipient)
    const { enc, ct } = await suite.seal({ recipientPublicKey, senderKey, info }, text, aad)
    return Uint8Array.from([...new Uint8Array(enc), ...new Uint8Array(ct)])
  } catch (error) {
    return nullFor(error)
  }
}

/** null: the holder of `sender` has not sealed this for the holder of `recipient`. */
export async function openFrom(
  sender: Bytes,
  recipient: KeyPair,
  { info, aad = new Uint8Array(0) }: Binding,
  sealed: Bytes,
): Promise<Bytes | null> {
  if (sealed.length < sealedOverhead) return null
  try {
    const recipientKey = await kem.deserializePrivateKey(recipient.privateKey)
    const senderPublicKey = await kem.deserializePublicKey(sender)
    const enc = sealed.slice(0, keyBytes)
    return new Uint8Array(await suite.open({ recipientKey, senderPublicKey, enc, info }, sealed.slice(keyBytes), aad))
  } catch (error) {
    return nullFor(error)
  }
}

/** Anything else is a bug. */
function nullFor(error: unknown): null {
  if (error instanceof HpkeError) return null
  throw error
}
