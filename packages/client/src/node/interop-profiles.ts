import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  type CipherKey,
} from 'node:crypto'
import { ChatError } from '../chat-error.ts'
import { fromBase64, toBase64 } from '@parley/protocols'
import type { Identity, InteropProfiles, Profile } from '../sealing/profile.ts'

type Bytes = Uint8Array<ArrayBuffer>

const aesKeyBytes = 16
const blockBytes = 16
const padding = constants.RSA_PKCS1_PADDING
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * How other people's `ident` clients seal: under RSA the base64 text of an AES key, messages in
 * AES-128-ECB. As in the other two, nothing tells tampering from what was meant: what is no whole
 * padding around valid UTF-8 is refused, and the conversation is marked as weak.
 */
const identInterop: Profile = {
  name: 'ident-interop',
  secrecy: 'weak',
  keyPerMessage: false,
  newSessionKey: () => random(aesKeyBytes),
  wrap: async (key, publicKey) => encryptKey(new TextEncoder().encode(toBase64(key)), publicKey),
  async unwrap(wrapped, identity) {
    const text = decryptKey(wrapped, identity)
    const key = text && fromBase64(asText(text) ?? '')
    return key?.length === aesKeyBytes ? key : null
  },
  seal: async (key, text) => sealEcb(key, text),
  open: async (key, message) => openEcb(key, message),
}

/**
 * How other people's `helo` clients seal: the session key is any text, and the AES key the first 16
 * bytes of its SHA-1.
 */
const heloInterop: Profile = {
  name: 'helo-interop',
  secrecy: 'weak',
  keyPerMessage: false,
  newSessionKey: () => new TextEncoder().encode(toBase64(random(2 * aesKeyBytes))),
  wrap: async (key, publicKey) => encryptKey(key, publicKey),
  async unwrap(wrapped, identity) {
    // With another key than the right one RSA returns chance bytes, which are hardly ever a text.
    const key = decryptKey(wrapped, identity)
    return key && /^\P{Cc}+$/u.test(asText(key) ?? '') ? key : null
  },
  seal: async (key, text) => sealEcb(aesKeyOf(key), text),
  open: async (key, message) => openEcb(aesKeyOf(key), message),
}

/**
 * How other people's `json` clients seal: AES-128-CBC with the initialisation vector in front, and
 * a fresh key for every message.
 */
const jsonInterop: Profile = {
  name: 'json-interop',
  secrecy: 'weak',
  keyPerMessage: true,
  newSessionKey: () => random(aesKeyBytes),
  wrap: async (key, publicKey) => encryptKey(key, publicKey),
  async unwrap(wrapped, identity) {
    const key = decryptKey(wrapped, identity)
    return key?.length === aesKeyBytes ? key : null
  },
  async seal(key, text) {
    const iv = random(blockBytes)
    return toBase64(Buffer.concat([iv, encrypt('aes-128-cbc', key, iv, text)]))
  },
  async open(key, message) {
    const bytes = fromBase64(message)
    return bytes && decrypt('aes-128-cbc', key, bytes.subarray(0, blockBytes), bytes.subarray(blockBytes))
  },
}

/** For `ConnectOptions.interopProfiles`. */
export const interopProfiles: InteropProfiles = {
  ident: identInterop,
  helo: heloInterop,
  json: jsonInterop,
}

function random(length: number): Bytes {
  return Uint8Array.from(randomBytes(length))
}

function aesKeyOf(sessionKey: Bytes): CipherKey {
  return createHash('sha1').update(sessionKey).digest().subarray(0, aesKeyBytes)
}

function sealEcb(key: CipherKey, text: string): string {
  return toBase64(encrypt('aes-128-ecb', key, null, text))
}

function openEcb(key: CipherKey, message: string): string | null {
  const bytes = fromBase64(message)
  return bytes && decrypt('aes-128-ecb', key, null, bytes)
}

function encrypt(cipher: string, key: CipherKey, iv: Bytes | null, text: string): Uint8Array {
  const ciphering = createCipheriv(cipher, key, iv)
  return Buffer.concat([ciphering.update(text, 'utf8'), ciphering.final()])
}

function decrypt(cipher: string, key: CipherKey, iv: Bytes | null, sealed: Bytes): string | null {
  if (sealed.length === 0 || sealed.length % blockBytes !== 0) return null
  try {
    const deciphering = createDecipheriv(cipher, key, iv)
    return asText(Buffer.concat([deciphering.update(sealed), deciphering.final()]))
  } catch {
    return null
  }
}

function asText(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes)
  } catch {
    return null
  }
}

/** RSA with PKCS #1 v1.5. */
function encryptKey(bytes: Bytes, publicKey: string): string {
  const spki = fromBase64(publicKey)
  try {
    if (!spki) throw new Error('no base64')
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
    if (key.asymmetricKeyType !== 'rsa') throw new Error(`a key for ${key.asymmetricKeyType}`)
    return toBase64(publicEncrypt({ key, padding }, bytes))
  } catch (cause) {
    throw new ChatError('not-sealable', 'the key that came is no RSA public key', { cause })
  }
}

/**
 * null: nothing that could be decrypted. Bytes that nobody encrypted where the key was another one:
 * to be looked at for their form.
 */
function decryptKey(wrapped: string, { privateKey }: Identity): Bytes | null {
  const bytes = fromBase64(wrapped)
  const pkcs8 = fromBase64(privateKey)
  if (!bytes || !pkcs8) return null
  try {
    const key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' })
    return Uint8Array.from(privateDecrypt({ key, padding }, bytes))
  } catch {
    return null
  }
}
