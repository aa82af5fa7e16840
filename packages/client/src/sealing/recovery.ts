import { encodeText, fromBase64, toBase64 } from '@parley/protocols'
import { backupStart, ownerBytes, ownerBytesIn, ownerBytesOf } from './backup-owner.ts'
import { aesKey, bigEndian, decrypted, encrypted, isSame, joined, numberIn } from './binding.ts'
import type { Bytes } from './hpke.ts'
import { entropyIn, wordsOf } from './phrase-words.ts'
import type { Identity } from './profile.ts'

/** Twelve words. Nobody can try as many as there are, whatever a try costs. */
const phraseBytes = 16
/** Where what follows the owner begins. */
const rest = backupStart.length + ownerBytes
const saltBytes = 16
const checkBytes = 16
const headerBytes = rest + 4 + saltBytes + checkBytes
const rounds = 210_000
/** A server that answers with a backup must not keep the device busy for hours, nor make the phrase cheap to try. */
const mostRounds = 10 * rounds
/** Contents are filled up to a multiple of it, so that a server cannot count the people in them. */
const block = 4_096

/** A key that was seen first, or accepted, of a user of a server. */
export interface Pin {
  readonly server: string
  readonly user: string
  readonly key: string
}

/**
 * What makes a device one of an account's. Sessions are not in it: the identity opens the session keys
 * that stand beside the messages of a history, one's own as well (see `openStored`).
 */
export interface BackupContents {
  readonly identity: Identity
  readonly pins: readonly Pin[]
}

/** `wrong-phrase`: of another backup. `no-phrase`: not twelve words of the list, or one was misheard. */
export type BackupFailure = 'no-phrase' | 'wrong-phrase' | 'damaged' | 'no-backup'

export type OpenedBackup =
  { readonly ok: true; readonly contents: BackupContents } | { readonly ok: false; readonly fail: BackupFailure }

/** Twelve words to be written down. Whoever has them has everything in the backup. */
export async function newRecoveryPhrase(): Promise<string> {
  return (await wordsOf(crypto.getRandomValues(new Uint8Array(phraseBytes)))).join(' ')
}

/** The backup as one word of printable ASCII. null: this is no phrase of `newRecoveryPhrase`. */
export async function sealBackup(contents: BackupContents, phrase: string): Promise<string | null> {
  const entropy = await entropyOf(phrase)
  if (!entropy) return null
  const salt = crypto.getRandomValues(new Uint8Array(saltBytes))
  const { key, check } = await keysOf(entropy, salt, rounds)
  const owner = await ownerBytesOf(contents.identity)
  const header = joined([backupStart, owner, bigEndian(rounds, 4), salt, check])
  const text = encodeText(JSON.stringify(contents))
  const padding = encodeText(' '.repeat(block - (text.length % block)))
  // The salt makes the key a new one each time: it sees this nonce once.
  const sealed = await encrypted(await aesKey(key), new Uint8Array(12), header, joined([text, padding]))
  return toBase64(joined([header, sealed]))
}

export async function openBackup(backup: string, phrase: string): Promise<OpenedBackup> {
  const entropy = await entropyOf(phrase)
  if (!entropy) return { ok: false, fail: 'no-phrase' }
  const bytes = fromBase64(backup.trim())
  const header = bytes?.slice(0, headerBytes)
  if (!bytes || header?.length !== headerBytes || !ownerBytesIn(header)) return { ok: false, fail: 'no-backup' }
  const times = numberIn(header.subarray(rest, rest + 4))
  if (times < rounds || times > mostRounds) return { ok: false, fail: 'no-backup' }
  const salt = header.slice(rest + 4, rest + 4 + saltBytes)
  const { key, check } = await keysOf(entropy, salt, times)
  if (!isSame(check, header.subarray(-checkBytes))) return { ok: false, fail: 'wrong-phrase' }
  const text = await decrypted(await aesKey(key), new Uint8Array(12), header, bytes.slice(headerBytes))
  const contents = text && contentsIn(new TextDecoder().decode(text))
  return contents ? { ok: true, contents } : { ok: false, fail: 'damaged' }
}

/** However it was typed. */
async function entropyOf(phrase: string): Promise<Bytes | null> {
  const entropy = await entropyIn(phrase.trim().toLowerCase().split(/\s+/))
  return entropy?.length === phraseBytes ? entropy : null
}

/** PBKDF2 with HMAC and SHA-512 (RFC 8018). */
async function keysOf(entropy: Bytes, salt: Bytes, iterations: number): Promise<{ key: Bytes; check: Bytes }> {
  const password = await crypto.subtle.importKey('raw', entropy, 'PBKDF2', false, ['deriveBits'])
  const algorithm = { name: 'PBKDF2', hash: 'SHA-512', salt, iterations }
  const keys = new Uint8Array(await crypto.subtle.deriveBits(algorithm, password, 8 * (32 + checkBytes)))
  return { key: keys.slice(0, 32), check: keys.slice(32) }
}

function contentsIn(text: string): BackupContents | null {
  try {
    const value: unknown = JSON.parse(text)
    return isContents(value) ? value : null
  } catch {
    return null
  }
}

function isContents(value: unknown): value is BackupContents {
  if (!isRecord(value) || !isRecord(value['identity']) || !Array.isArray(value['pins'])) return false
  const { publicKey, privateKey, sealingKey } = value['identity']
  const isIdentity = typeof publicKey === 'string' && typeof privateKey === 'string'
  const isPin = (pin: unknown) =>
    isRecord(pin) && ['server', 'user', 'key'].every((name) => typeof pin[name] === 'string')
  return isIdentity && (sealingKey === undefined || typeof sealingKey === 'string') && value['pins'].every(isPin)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
