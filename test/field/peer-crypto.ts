import {
  constants,
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  privateDecrypt,
  publicEncrypt,
  type CipherKey,
} from 'node:crypto'
import { readFileSync } from 'node:fs'

/** The key pair of a program, both halves DER in base64. */
export interface PeerKeys {
  readonly publicKey: string
  readonly privateKey: string
}

const blockBytes = 16

/** Making a pair takes longer than a test may: the vectors of the client have one of each size. */
export function keysOf(protocol: 'ident' | 'helo' | 'json'): PeerKeys {
  const vector = new URL(`../../packages/client/vectors/${protocol}-interop.json`, import.meta.url)
  return JSON.parse(readFileSync(vector, 'utf8'))
}

/** Throws on what is no base64, as the decoders of other people's programs do. */
export function fromBase64(text: string): Buffer {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) throw new Error('no base64')
  return Buffer.from(text, 'base64')
}

/** RSA with PKCS #1 v1.5, in base64. */
export function encryptKey(bytes: Buffer, publicKey: string): string {
  const key = createPublicKey({ key: fromBase64(publicKey), format: 'der', type: 'spki' })
  return publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, bytes).toString('base64')
}

/** Throws where the padding is not the one of PKCS #1 v1.5. OpenSSL would return chance bytes there. */
export function decryptKey(wrapped: string, { privateKey }: PeerKeys): Buffer {
  const key = createPrivateKey({ key: fromBase64(privateKey), format: 'der', type: 'pkcs8' })
  const block = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, fromBase64(wrapped))
  const end = block.indexOf(0, 2)
  if (block[0] !== 0 || block[1] !== 2 || end < 10) throw new Error('wrong padding')
  return block.subarray(end + 1)
}

export function sealEcb(key: CipherKey, text: string): string {
  const cipher = createCipheriv('aes-128-ecb', key, null)
  return Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]).toString('base64')
}

/** Throws where the key is not the right one. */
export function openEcb(key: CipherKey, message: string): string {
  const decipher = createDecipheriv('aes-128-ecb', key, null)
  return Buffer.concat([decipher.update(fromBase64(message)), decipher.final()]).toString('utf8')
}

export function sealCbc(key: CipherKey, iv: Buffer, text: string): string {
  const cipher = createCipheriv('aes-128-cbc', key, iv)
  return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final()]).toString('base64')
}

/** Throws where the key is not the right one. */
export function openCbc(key: CipherKey, message: string): string {
  const bytes = fromBase64(message)
  const decipher = createDecipheriv('aes-128-cbc', key, bytes.subarray(0, blockBytes))
  return Buffer.concat([decipher.update(bytes.subarray(blockBytes)), decipher.final()]).toString('utf8')
}
