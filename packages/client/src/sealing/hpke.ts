import { encodeText } from '@parley/protocols'
import { aesKey, bigEndian, decrypted, encrypted, joined, type Bytes } from './binding.ts'
import { diffieHellman, generated, keyBytes, type KeyPair } from './x25519.ts'

export type { Bytes } from './binding.ts'
export { generated as newKeyPair, keyBytes, type KeyPair } from './x25519.ts'

/** What sealing adds: the encapsulated key and the tag. */
export const sealedOverhead = keyBytes + 16

/** RFC 9180, 7: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM; 5: the sender is authenticated. */
const kemId = joined([encodeText('KEM'), bigEndian(0x0020, 2)])
const suiteId = joined([encodeText('HPKE'), bigEndian(0x0020, 2), bigEndian(0x0001, 2), bigEndian(0x0001, 2)])
const version = encodeText('HPKE-v1')
const modeAuth = Uint8Array.of(2)
const nothing = new Uint8Array(0)
const secretBytes = 32
const aesKeyBytes = 16
const nonceBytes = 12

/** What the two sides have to agree on. */
export interface Binding {
  readonly info: Bytes
  readonly aad?: Bytes
}

/**
 * Seals for the holder of `recipient` in the name of the holder of `sender`: RFC 9180, mode_auth,
 * DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM. The encapsulated key stands in front.
 * null: `recipient` is no key that anything can be sealed for.
 */
export async function sealFor(
  recipient: Bytes,
  sender: KeyPair,
  { info, aad = nothing }: Binding,
  text: Bytes,
): Promise<Bytes | null> {
  const passing = await generated()
  const secrets = await both(diffieHellman(passing, recipient), diffieHellman(sender, recipient))
  if (!secrets) return null
  const context = joined([passing.publicKey, recipient, sender.publicKey])
  const { key, nonce } = await keySchedule(await sharedSecret(secrets, context), info)
  return joined([passing.publicKey, await encrypted(await aesKey(key), nonce, aad, text)])
}

/** null: the holder of `sender` has not sealed this for the holder of `recipient`. */
export async function openFrom(
  sender: Bytes,
  recipient: KeyPair,
  { info, aad = nothing }: Binding,
  sealed: Bytes,
): Promise<Bytes | null> {
  if (sealed.length < sealedOverhead) return null
  const passing = sealed.slice(0, keyBytes)
  const secrets = await both(diffieHellman(recipient, passing), diffieHellman(recipient, sender))
  if (!secrets) return null
  const context = joined([passing, recipient.publicKey, sender])
  const { key, nonce } = await keySchedule(await sharedSecret(secrets, context), info)
  return decrypted(await aesKey(key), nonce, aad, sealed.slice(keyBytes))
}

async function both(...secrets: readonly Promise<Bytes | null>[]): Promise<Bytes | null> {
  const [one, other] = await Promise.all(secrets)
  return one && other ? joined([one, other]) : null
}

/** RFC 9180, 4.1: ExtractAndExpand. */
async function sharedSecret(secrets: Bytes, context: Bytes): Promise<Bytes> {
  const prk = await extract(kemId, nothing, 'eae_prk', secrets)
  return expand(kemId, prk, 'shared_secret', context, secretBytes)
}

/** RFC 9180, 5.1, without a pre-shared key. The nonce is that of the one message that there is. */
async function keySchedule(shared: Bytes, info: Bytes): Promise<{ readonly key: Bytes; readonly nonce: Bytes }> {
  const pskIdHash = await extract(suiteId, nothing, 'psk_id_hash', nothing)
  const infoHash = await extract(suiteId, nothing, 'info_hash', info)
  const context = joined([modeAuth, pskIdHash, infoHash])
  const secret = await extract(suiteId, shared, 'secret', nothing)
  const key = await expand(suiteId, secret, 'key', context, aesKeyBytes)
  return { key, nonce: await expand(suiteId, secret, 'base_nonce', context, nonceBytes) }
}

/** RFC 9180, 4: LabeledExtract, which is HMAC (RFC 5869, 2.2). */
function extract(suite: Bytes, salt: Bytes, label: string, secret: Bytes): Promise<Bytes> {
  // No salt is one of zeros, as long as the hash.
  const key = salt.length === 0 ? new Uint8Array(32) : salt
  return hmac(key, joined([version, suite, encodeText(label), secret]))
}

/** RFC 9180, 4: LabeledExpand, of at most as many bytes as one hash has (RFC 5869, 2.3). */
async function expand(suite: Bytes, prk: Bytes, label: string, info: Bytes, length: number): Promise<Bytes> {
  const labeled = joined([bigEndian(length, 2), version, suite, encodeText(label), info])
  return (await hmac(prk, joined([labeled, Uint8Array.of(1)]))).slice(0, length)
}

async function hmac(raw: Bytes, data: Bytes): Promise<Bytes> {
  const key = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, data))
}
