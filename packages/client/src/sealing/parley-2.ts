import { encodeText, fromBase64, toBase64 } from '@parley/protocols'
import {
  aesKey,
  bigEndian,
  bound,
  decrypted,
  derived,
  encrypted,
  hexOf,
  isSame,
  joined,
  numberIn,
  type AesKey,
} from './binding.ts'
import { beginningBytes, beginningIn, beginningOf, type Beginning } from './beginning.ts'
import { keyBytes, openFrom, sealedOverhead, sealFor, type Bytes, type KeyPair } from './hpke.ts'

const version = 0x02
const secretBytes = 32
const idBytes = 8
const counterBytes = 4
/** Secret, program and time, and id and count of the session before it. */
const headBytes = secretBytes + beginningBytes + idBytes + counterBytes
const partBytes = headBytes + sealedOverhead
const tokenBytes = 1 + keyBytes + 2 * partBytes
const prefixBytes = 1 + idBytes + counterBytes
const tagBytes = 16
/** Servers and programs know a sealed message by that (I-14). */
const block = 16
const noId = '0'.repeat(2 * idBytes)
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** One end of a session: a name, and the key pair or the public key of whoever has it. */
export interface Writer {
  readonly name: string
  readonly keys: KeyPair
}
export interface Reader {
  readonly name: string
  readonly publicKey: Bytes
}

/** Which session went before, and how many of its messages the server took. */
export interface Tail {
  readonly id: string
  readonly count: number
}

/** What one user writes to another for a while. */
export interface Session extends Beginning {
  /** In hexadecimal. */
  readonly id: string
  readonly key: AesKey
  /** Of the same program. */
  readonly previous: Tail | null
}

/** What a session is made with. */
export type SessionStart = Pick<Session, 'madeAt' | 'previous'> & Partial<Pick<Session, 'program'>>

/** A new session, and the session key in which the other side is given it. null: its key is none. */
export async function newSession(
  from: Writer,
  to: Reader,
  { madeAt, previous, program = 0 }: SessionStart,
): Promise<{ readonly session: Session; readonly token: string } | null> {
  const secret = crypto.getRandomValues(new Uint8Array(secretBytes))
  const { id, count } = previous ?? { id: noId, count: 0 }
  const head = joined([secret, beginningOf({ program, madeAt }), bytesOfId(id), bigEndian(count, counterBytes)])
  const [theirs, ours] = await Promise.all([
    sealFor(to.publicKey, from.keys, { info: infoOf('to-peer', from.name, to.name) }, head),
    sealFor(from.keys.publicKey, from.keys, { info: infoOf('to-self', from.name, to.name) }, head),
  ])
  if (!theirs || !ours) return null
  const token = toBase64(joined([Uint8Array.of(version), from.keys.publicKey, theirs, ours]))
  const session = await sessionOf(head, from.name, from.keys.publicKey, to)
  return session && { session, token }
}

/** Whose key a session key says that it was sealed with; null: it is none of `parley-2`. */
export function claimedSender(token: string): Bytes | null {
  return tokenOf(token)?.slice(1, 1 + keyBytes) ?? null
}

/** A session that `from` began with this reader. null: the holder of that key did not seal it for them. */
export async function openSession(token: string, from: Reader, me: Writer): Promise<Session | null> {
  const bytes = tokenOf(token)
  if (!bytes || !isSame(bytes.subarray(1, 1 + keyBytes), from.publicKey)) return null
  const part = bytes.slice(1 + keyBytes, 1 + keyBytes + partBytes)
  const head = await openFrom(from.publicKey, me.keys, { info: infoOf('to-peer', from.name, me.name) }, part)
  const to = { name: me.name, publicKey: me.keys.publicKey }
  return head && sessionOf(head, from.name, from.publicKey, to)
}

/** A session that this user began with `to` from another device, or before it lost its memory. */
export async function openOwnSession(token: string, me: Writer, to: Reader): Promise<Session | null> {
  const bytes = tokenOf(token)
  if (!bytes || !isSame(bytes.subarray(1, 1 + keyBytes), me.keys.publicKey)) return null
  const part = bytes.slice(1 + keyBytes + partBytes)
  const head = await openFrom(me.keys.publicKey, me.keys, { info: infoOf('to-self', me.name, to.name) }, part)
  return head && sessionOf(head, me.name, me.keys.publicKey, to)
}

/** `counter`: 0 for the first message of a session, and no number twice. */
export async function sealMessage({ id, key }: Session, counter: number, text: string): Promise<string> {
  const prefix = joined([Uint8Array.of(version), bytesOfId(id), bigEndian(counter, counterBytes)])
  const plain = encodeText(text)
  const least = prefixBytes + plain.length + 1 + tagBytes
  const padding = new Uint8Array(1 + ((block - (least % block)) % block))
  padding[0] = 0x80
  const sealed = await encrypted(key, nonceOf(counter), prefix, joined([plain, padding]))
  return toBase64(joined([prefix, sealed]))
}

/** Which session and which of its messages it says that it is; null: it is none of `parley-2`. */
export function messageHead(message: string): { readonly id: string; readonly counter: number } | null {
  const bytes = fromBase64(message)
  if (!bytes || bytes[0] !== version || bytes.length < 2 * block || bytes.length % block !== 0) return null
  return { id: hexOf(bytes.subarray(1, 1 + idBytes)), counter: numberIn(bytes.subarray(1 + idBytes, prefixBytes)) }
}

/** null: nobody wrote this in this session. */
export async function openMessage(session: Session, message: string): Promise<string | null> {
  const head = messageHead(message)
  const bytes = fromBase64(message)
  if (!bytes || head?.id !== session.id) return null
  const prefix = bytes.slice(0, prefixBytes)
  const padded = await decrypted(session.key, nonceOf(head.counter), prefix, bytes.slice(prefixBytes))
  const end = padded?.findLastIndex((byte) => byte !== 0) ?? -1
  if (!padded || padded[end] !== 0x80) return null
  try {
    return utf8.decode(padded.subarray(0, end))
  } catch {
    return null
  }
}

async function sessionOf(head: Bytes, from: string, sender: Bytes, to: Reader): Promise<Session | null> {
  if (head.length !== headBytes) return null
  const info = bound('parley-2 keys', from.toLowerCase(), to.name.toLowerCase(), sender, to.publicKey)
  const keys = await derived(head.slice(0, secretBytes), info, secretBytes + idBytes)
  const rest = head.subarray(secretBytes + beginningBytes)
  const previous = { id: hexOf(rest.subarray(0, idBytes)), count: numberIn(rest.subarray(idBytes)) }
  return {
    id: hexOf(keys.subarray(secretBytes)),
    key: await aesKey(keys.slice(0, secretBytes)),
    ...beginningIn(head.subarray(secretBytes, secretBytes + beginningBytes)),
    previous: previous.id === noId ? null : previous,
  }
}

function infoOf(part: 'to-peer' | 'to-self', from: string, to: string): Bytes {
  return bound('parley-2 session', part, from.toLowerCase(), to.toLowerCase())
}

function tokenOf(token: string): Bytes | null {
  const bytes = fromBase64(token)
  return bytes?.length === tokenBytes && bytes[0] === version ? bytes : null
}

function nonceOf(counter: number): Bytes {
  return bigEndian(counter, 12)
}

function bytesOfId(id: string): Bytes {
  return Uint8Array.from({ length: idBytes }, (_, at) => Number.parseInt(id.slice(2 * at, 2 * at + 2), 16))
}
