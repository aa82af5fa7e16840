import { fromBase64, toBase64 } from '@parley/protocols'
import type { Identity } from './profile.ts'

/**
 * The size of our keys, which no other program's have: by that our clients know each other (see
 * `profileFor`).
 */
export const markBits = 3_072

export async function newIdentity(): Promise<Identity> {
  const pair = await crypto.subtle.generateKey(
    { name: 'RSA-OAEP', hash: 'SHA-256', modulusLength: markBits, publicExponent: Uint8Array.of(1, 0, 1) },
    true,
    ['encrypt', 'decrypt'],
  )
  const [spki, pkcs8] = await Promise.all([
    crypto.subtle.exportKey('spki', pair.publicKey),
    crypto.subtle.exportKey('pkcs8', pair.privateKey),
  ])
  return { publicKey: toBase64(new Uint8Array(spki)), privateKey: toBase64(new Uint8Array(pkcs8)) }
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
