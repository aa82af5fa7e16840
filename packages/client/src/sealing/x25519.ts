import { joined, type Bytes } from './binding.ts'

/** Bytes of a public and of a private key. */
export const keyBytes = 32

const algorithm = { name: 'X25519' }
/** RFC 8410, 7: what stands in front of a private key in PKCS #8. */
const pkcs8 = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20)

/** Raw X25519 keys of 32 bytes. */
export interface KeyPair {
  readonly publicKey: Bytes
  readonly privateKey: Bytes
}

export async function generated(): Promise<KeyPair> {
  const pair = await crypto.subtle.generateKey(algorithm, true, ['deriveBits'])
  if (!('publicKey' in pair)) throw new Error('X25519 keys come in pairs')
  const [publicKey, privateKey] = await Promise.all([
    crypto.subtle.exportKey('raw', pair.publicKey),
    crypto.subtle.exportKey('pkcs8', pair.privateKey),
  ])
  return { publicKey: new Uint8Array(publicKey), privateKey: new Uint8Array(privateKey).slice(pkcs8.length) }
}

/**
 * The secret that both have (RFC 7748, 6.1). null: one of them is no key, or the secret would be the
 * same for everybody.
 */
export async function diffieHellman({ privateKey }: KeyPair, other: Bytes): Promise<Bytes | null> {
  if (other.length !== keyBytes || privateKey.length !== keyBytes) return null
  const { subtle } = crypto
  const mine = await subtle.importKey('pkcs8', joined([pkcs8, privateKey]), algorithm, false, ['deriveBits'])
  const theirs = await subtle.importKey('raw', other, algorithm, false, [])
  try {
    return new Uint8Array(await subtle.deriveBits({ ...algorithm, public: theirs }, mine, 256))
  } catch {
    return null
  }
}
