import { fromBase64, toBase64 } from '@parley/protocols'
import { keyBytes, newKeyPair, type KeyPair } from './hpke.ts'
import { carriedKey, newCarrier } from './key-carrier.ts'
import type { Identity } from './profile.ts'

/**
 * The size of our RSA keys, which no other program's have: by that our clients know each other (see
 * `profileFor`).
 */
export const markBits = 3_072

/** An X25519 key pair for `parley-2`, and an RSA key pair for everything else, which carries it. */
export async function newIdentity(): Promise<Identity> {
  const { publicKey, privateKey } = await newKeyPair()
  return { ...(await newCarrier(publicKey)), sealingKey: toBase64(privateKey) }
}

/** The keys of `parley-2`. null: this identity is from before it. */
export function sealingKeys({ publicKey, sealingKey }: Identity): KeyPair | null {
  const carried = carriedKey(publicKey)
  const privateKey = fromBase64(sealingKey ?? '')
  return carried && privateKey?.length === keyBytes ? { publicKey: carried, privateKey } : null
}

/** Bits of an RSA public key, null where it is none. */
export async function modulusBits(publicKey: string): Promise<number | null> {
  const spki = fromBase64(publicKey)
  if (!spki) return null
  try {
    const oaep = { name: 'RSA-OAEP', hash: 'SHA-256' }
    const key = await crypto.subtle.importKey('spki', spki, oaep, true, ['encrypt'])
    return 'modulusLength' in key.algorithm ? Number(key.algorithm.modulusLength) : null
  } catch {
    return null
  }
}

/**
 * What two people can read to each other to see that nobody sits between them: twelve groups of
 * five digits, made of both public keys, the same on both sides.
 */
export async function safetyNumber(one: string, other: string): Promise<string> {
  const both = [one, other].toSorted().join('\n')
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-512', new TextEncoder().encode(both)))
  const groups = Array.from({ length: 12 }, (_, index) => {
    const five = digest.subarray(5 * index, 5 * index + 5)
    const number = five.reduce((sum, byte) => (sum * 256 + byte) % 100_000, 0)
    return String(number).padStart(5, '0')
  })
  return groups.join(' ')
}
