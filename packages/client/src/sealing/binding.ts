import { encodeText } from '@parley/protocols'

export type Bytes = Uint8Array<ArrayBuffer>

/**
 * A label and what belongs to it, each with its length in two bytes in front: no two lists give the
 * same bytes.
 */
export function bound(...parts: readonly (string | Uint8Array)[]): Bytes {
  const bytes = parts.map((part) => (typeof part === 'string' ? encodeText(part) : part))
  return joined(bytes.flatMap((part) => [bigEndian(part.length, 2), part]))
}

export function joined(parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** A key as WebCrypto holds it. */
export type AesKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>

/** Up to eight bytes, of a number that is exact. */
export function bigEndian(value: number, length: number): Bytes {
  return Uint8Array.from({ length }, (_, at) => Math.floor(value / 256 ** (length - 1 - at)) % 256)
}

export function numberIn(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0)
}

export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at])
}

/** HKDF with SHA-256 and no salt (RFC 5869). */
export async function derived(secret: Bytes, info: Bytes, length: number): Promise<Bytes> {
  const key = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits'])
  const algorithm = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info }
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, 8 * length))
}

export function aesKey(raw: Bytes): Promise<AesKey> {
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])
}

/** AES-256-GCM with a tag of 16 bytes behind it. No key may see the same nonce twice. */
export async function encrypted(key: AesKey, iv: Bytes, additionalData: Bytes, text: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, key, text))
}

/** null: it was not encrypted under this key with these data. */
export async function decrypted(key: AesKey, iv: Bytes, additionalData: Bytes, sealed: Bytes): Promise<Bytes | null> {
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, key, sealed))
  } catch {
    return null
  }
}
