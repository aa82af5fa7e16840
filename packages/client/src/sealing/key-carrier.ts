import { fromBase64, toBase64 } from '@parley/protocols'
import { bigFrom, bytesFrom, inverse, nextPrime } from './prime-search.ts'

/** Of a modulus, and of each of its two primes. */
const modulusBytes = 384
const primeBits = 1_536n
const exponent = 65_537n
const mark = new TextEncoder().encode('parley-2')
const keyBytes = 32
/** The mark, an X25519 public key, and a 1 that makes the modulus odd: its last bytes. */
const tailBytes = mark.length + keyBytes + 1
/** What stands before the modulus of an RSA key of 3,072 bits in SubjectPublicKeyInfo, and behind it. */
const spkiHead = Uint8Array.from(atob('MIIBojANBgkqhkiG9w0BAQEFAAOCAY8AMIIBigKCAYEA'), (each) => each.charCodeAt(0))
const spkiTail = Uint8Array.of(0x02, 0x03, 0x01, 0x00, 0x01)

/**
 * The X25519 public key that an RSA public key of 3,072 bits carries at the end of its modulus; null:
 * it carries none. Such a key is one for every program that knows RSA.
 */
export function carriedKey(publicKey: string): Uint8Array<ArrayBuffer> | null {
  const spki = fromBase64(publicKey)
  if (spki?.length !== spkiHead.length + modulusBytes + spkiTail.length) return null
  const tail = spki.subarray(-spkiTail.length - tailBytes, -spkiTail.length)
  const isOurs =
    spkiHead.every((byte, at) => spki[at] === byte) &&
    spkiTail.every((byte, at) => spki.at(at - spkiTail.length) === byte) &&
    mark.every((byte, at) => tail[at] === byte) &&
    tail.at(-1) === 1
  return isOurs ? tail.slice(mark.length, mark.length + keyBytes) : null
}

/**
 * An RSA key pair whose modulus ends in a mark and this X25519 public key. The first prime is as
 * WebCrypto makes it. Of the second one the last 41 bytes follow from it, the others are random
 * (Lenstra, Generating RSA moduli with a predetermined portion, 1998).
 */
export async function newCarrier(
  sealingKey: Uint8Array,
): Promise<{ readonly publicKey: string; readonly privateKey: string }> {
  const tail = bigFrom(Uint8Array.from([...mark, ...sealingKey, 1]))
  const step = 1n << BigInt(8 * tailBytes)
  for (;;) {
    const p = await newPrime()
    const last = (tail * inverse(p, step)) % step
    const q = await nextPrime(randomPrimeStart(step) + last, step)
    const phi = (p - 1n) * (q - 1n)
    // Almost never: the search ran over the top, or an exponent has no inverse.
    if (q >> primeBits !== 0n || p === q || (p - 1n) % exponent === 0n || (q - 1n) % exponent === 0n) continue
    return exported(p, q, inverse(exponent, phi))
  }
}

/** With its two highest bits set, as p has them: so the modulus has all of its bits. */
function randomPrimeStart(step: bigint): bigint {
  const random = bigFrom(crypto.getRandomValues(new Uint8Array(Number(primeBits) / 8)))
  const high = random | (3n << (primeBits - 2n))
  return high - (high % step)
}

async function newPrime(): Promise<bigint> {
  const algorithm = { name: 'RSA-OAEP', hash: 'SHA-256', modulusLength: 8 * modulusBytes }
  const { privateKey } = await crypto.subtle.generateKey(
    { ...algorithm, publicExponent: Uint8Array.of(1, 0, 1) },
    true,
    ['encrypt', 'decrypt'],
  )
  const { p = '' } = await crypto.subtle.exportKey('jwk', privateKey)
  const prime = bigFrom(fromBase64Url(p))
  // Some programs make the larger prime the first; only one with both high bits is long enough.
  return prime >> (primeBits - 2n) === 3n ? prime : newPrime()
}

async function exported(
  p: bigint,
  q: bigint,
  d: bigint,
): Promise<{ readonly publicKey: string; readonly privateKey: string }> {
  const modulus = p * q
  const jwk = {
    kty: 'RSA',
    ext: true,
    n: toBase64Url(modulus),
    e: toBase64Url(exponent),
    d: toBase64Url(d),
    p: toBase64Url(p),
    q: toBase64Url(q),
    dp: toBase64Url(d % (p - 1n)),
    dq: toBase64Url(d % (q - 1n)),
    qi: toBase64Url(inverse(q, p)),
  }
  const key = await crypto.subtle.importKey('jwk', jwk, { name: 'RSA-OAEP', hash: 'SHA-256' }, true, ['decrypt'])
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', key))
  const spki = Uint8Array.from([...spkiHead, ...bytesFrom(modulus, modulusBytes), ...spkiTail])
  return { publicKey: toBase64(spki), privateKey: toBase64(pkcs8) }
}

function toBase64Url(value: bigint): string {
  const bytes = bytesFrom(value, Math.ceil(value.toString(16).length / 2))
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

function fromBase64Url(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (each) => each.charCodeAt(0))
}
