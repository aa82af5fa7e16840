import { fromBase64, toBase64 } from '@parley/protocols'
import type { Pair, Profile } from './profile.ts'

const version = 0x01
const nonceBytes = 12
const tagBytes = 16
const sessionKeyBytes = 32
const oaep = { name: 'RSA-OAEP', hash: 'SHA-256' } as const
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Our own profile: session key = 32 random bytes under RSA-OAEP with SHA-256; message =
 * base64 of a version byte, a 12-byte random nonce, AES-256-GCM ciphertext and 16-byte tag, with
 * the two names (lower case, sorted, joined by a line feed) as associated data.
 */
export const parley1: Profile = {
  name: 'parley-1',
  secrecy: 'sealed',
  keyPerMessage: false,

  newSessionKey: () => crypto.getRandomValues(new Uint8Array(sessionKeyBytes)),

  async wrap(sessionKey, publicKey) {
    const spki = fromBase64(publicKey)
    if (!spki) throw new Error('the public key is no base64')
    const key = await crypto.subtle.importKey('spki', spki, oaep, false, ['encrypt'])
    return toBase64(new Uint8Array(await crypto.subtle.encrypt(oaep, key, sessionKey)))
  },

  async unwrap(wrapped, identity) {
    const bytes = fromBase64(wrapped)
    const pkcs8 = fromBase64(identity.privateKey)
    if (!bytes || !pkcs8) return null
    try {
      const key = await crypto.subtle.importKey('pkcs8', pkcs8, oaep, false, ['decrypt'])
      const opened = new Uint8Array(await crypto.subtle.decrypt(oaep, key, bytes))
      return opened.length === sessionKeyBytes ? opened : null
    } catch {
      return null
    }
  },

  async seal(sessionKey, text, pair) {
    const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes))
    const key = await crypto.subtle.importKey('raw', sessionKey, 'AES-GCM', false, ['encrypt'])
    const sealed = await crypto.subtle.encrypt(gcm(nonce, pair), key, new TextEncoder().encode(text))
    return toBase64(Uint8Array.from([version, ...nonce, ...new Uint8Array(sealed)]))
  },

  async open(sessionKey, message, pair) {
    const bytes = fromBase64(message)
    if (!bytes || bytes.length < 1 + nonceBytes + tagBytes || bytes[0] !== version) return null
    try {
      const key = await crypto.subtle.importKey('raw', sessionKey, 'AES-GCM', false, ['decrypt'])
      const nonce = bytes.slice(1, 1 + nonceBytes)
      const opened = await crypto.subtle.decrypt(gcm(nonce, pair), key, bytes.slice(1 + nonceBytes))
      return utf8.decode(opened)
    } catch {
      return null
    }
  },
}

function gcm(iv: Uint8Array<ArrayBuffer>, pair: Pair) {
  const names = pair.map((name) => name.toLowerCase()).toSorted()
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(names.join('\n')), tagLength: 8 * tagBytes }
}
