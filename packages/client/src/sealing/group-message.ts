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
import { beginningBytes, beginningIn, beginningOf } from './beginning.ts'
import { openFrom, sealedOverhead, sealFor, type Bytes } from './hpke.ts'
import type { Reader, Session, SessionStart, Tail, Writer } from './parley-2.ts'

const version = 0x03
const secretBytes = 32
const idBytes = 8
const digestBytes = 32
const signatureBytes = 64
/** Of a member's public key, in front of the part that is for that member. */
const hintBytes = 4
/** Parts with one's own hint that are tried. Others have it by chance, or to keep one busy. */
const mostOfOneHint = 4
/** Secret, public key of signatures, program and time, members, id and count of the session before it. */
const headBytes = secretBytes + 32 + beginningBytes + digestBytes + idBytes + 4
const partBytes = hintBytes + headBytes + sealedOverhead
const prefixBytes = 1 + idBytes + 4 + 2
const noId = '0'.repeat(2 * idBytes)
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** What one member seals with for a while: a session whose messages are signed, as every member has its key. */
export interface GroupSession extends Session {
  /** Of those for whom it is, in hexadecimal. */
  readonly members: string
  /** Ed25519. */
  readonly verifyKey: AesKey
}

export interface OwnGroupSession extends GroupSession {
  readonly signKey: AesKey
  /** For each member, oneself included. */
  readonly parts: readonly Bytes[]
}

export interface GroupBlob {
  readonly id: string
  readonly counter: number
  readonly parts: readonly Bytes[]
  /** Prefix and parts, which the signature covers as well. */
  readonly front: Bytes
  readonly sealed: Bytes
  readonly signature: Bytes
}

/** What names and keys a group has, in any order; in hexadecimal. */
export async function membersDigest(members: readonly Reader[]): Promise<string> {
  const each = members.map(({ name, publicKey }) => bound(name.toLowerCase(), publicKey))
  const sorted = each.toSorted((one, other) => (hexOf(one) < hexOf(other) ? -1 : 1))
  return hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', bound('parley-2 members', ...sorted))))
}

/** null: the key of a member is none. `members` holds oneself. */
export async function newGroupSession(
  group: string,
  me: Writer,
  members: readonly Reader[],
  { madeAt, previous, program = 0 }: SessionStart,
): Promise<OwnGroupSession | null> {
  const signing = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])
  if (!('privateKey' in signing)) throw new Error('Ed25519 makes pairs of keys')
  const verifyKey = new Uint8Array(await crypto.subtle.exportKey('raw', signing.publicKey))
  const secret = crypto.getRandomValues(new Uint8Array(secretBytes))
  const digest = await membersDigest(members)
  const { id, count } = previous ?? { id: noId, count: 0 }
  const tail = joined([bytesOf(id), bigEndian(count, 4)])
  const head = joined([secret, verifyKey, beginningOf({ program, madeAt }), bytesOf(digest), tail])
  const parts = await Promise.all(
    members.map(async ({ name, publicKey }) => {
      const sealed = await sealFor(publicKey, me.keys, { info: infoOf(group, me.name, name) }, head)
      return sealed && joined([publicKey.subarray(0, hintBytes), sealed])
    }),
  )
  const session = await sessionOf(head, group, me.name)
  const whole = parts.filter((part) => part !== null)
  return session && whole.length === parts.length ? { ...session, signKey: signing.privateKey, parts: whole } : null
}

/** Whether one of the parts is for this user, as far as its mark tells. */
export function isMeant(parts: readonly Bytes[], me: Writer): boolean {
  return parts.some((part) => isSame(part.subarray(0, hintBytes), me.keys.publicKey.subarray(0, hintBytes)))
}

/** null: none of the parts was sealed by `from` for this user. */
export async function openGroupSession(
  group: string,
  from: Reader,
  me: Writer,
  parts: readonly Bytes[],
): Promise<GroupSession | null> {
  const hint = me.keys.publicKey.subarray(0, hintBytes)
  const own = parts.filter((part) => isSame(part.subarray(0, hintBytes), hint))
  for (const part of own.slice(0, mostOfOneHint)) {
    const info = infoOf(group, from.name, me.name)
    const head = await openFrom(from.publicKey, me.keys, { info }, part.slice(hintBytes))
    if (head) return sessionOf(head, group, from.name)
  }
  return null
}

/** `withKeys`: so that every member can open it, and what follows. */
export async function sealGroupMessage(
  session: OwnGroupSession,
  group: string,
  counter: number,
  text: string,
  withKeys: boolean,
): Promise<string> {
  const parts = withKeys ? session.parts : []
  const prefix = [Uint8Array.of(version), bytesOf(session.id), bigEndian(counter, 4), bigEndian(parts.length, 2)]
  const front = joined([...prefix, ...parts])
  const sealed = await encrypted(session.key, bigEndian(counter, 12), front, joined([encodeText(text)]))
  const signed = bound('parley-2 group message', group.toLowerCase(), await digestOf(joined([front, sealed])))
  const signature = new Uint8Array(await crypto.subtle.sign('Ed25519', session.signKey, signed))
  return toBase64(joined([front, sealed, signature]))
}

/** null: it is no sealed message of a group. */
export function groupBlob(text: string): GroupBlob | null {
  const bytes = fromBase64(text)
  if (!bytes || bytes[0] !== version || bytes.length < prefixBytes) return null
  const count = numberIn(bytes.subarray(prefixBytes - 2, prefixBytes))
  const frontLength = prefixBytes + count * partBytes
  if (bytes.length < frontLength + 16 + signatureBytes) return null
  const at = (index: number) => prefixBytes + index * partBytes
  return {
    id: hexOf(bytes.subarray(1, 1 + idBytes)),
    counter: numberIn(bytes.subarray(1 + idBytes, 1 + idBytes + 4)),
    parts: Array.from({ length: count }, (_, index) => bytes.slice(at(index), at(index + 1))),
    front: bytes.slice(0, frontLength),
    sealed: bytes.slice(frontLength, -signatureBytes),
    signature: bytes.slice(-signatureBytes),
  }
}

/** null: whoever began this session did not write this in this group. */
export async function openGroupMessage(session: GroupSession, group: string, blob: GroupBlob): Promise<string | null> {
  const { front, sealed, signature, counter, id } = blob
  const signed = bound('parley-2 group message', group.toLowerCase(), await digestOf(joined([front, sealed])))
  if (id !== session.id || !(await crypto.subtle.verify('Ed25519', session.verifyKey, signature, signed))) return null
  const text = await decrypted(session.key, bigEndian(counter, 12), front, sealed)
  try {
    return text && utf8.decode(text)
  } catch {
    return null
  }
}

async function sessionOf(head: Bytes, group: string, from: string): Promise<GroupSession | null> {
  if (head.length !== headBytes) return null
  const reader = fieldsOf(head)
  const secret = reader(secretBytes)
  const verify = reader(32)
  const beginning = beginningIn(reader(beginningBytes))
  const members = hexOf(reader(digestBytes))
  const previous: Tail = { id: hexOf(reader(idBytes)), count: numberIn(reader(4)) }
  const info = bound('parley-2 group keys', group.toLowerCase(), from.toLowerCase(), verify)
  const keys = await derived(secret, info, secretBytes + idBytes)
  return {
    id: hexOf(keys.subarray(secretBytes)),
    key: await aesKey(keys.slice(0, secretBytes)),
    verifyKey: await crypto.subtle.importKey('raw', verify, 'Ed25519', true, ['verify']),
    ...beginning,
    members,
    previous: previous.id === noId ? null : previous,
  }
}

function fieldsOf(bytes: Bytes): (length: number) => Bytes {
  let at = 0
  return (length) => bytes.slice(at, (at += length))
}

function infoOf(group: string, from: string, to: string): Bytes {
  return bound('parley-2 group session', group.toLowerCase(), from.toLowerCase(), to.toLowerCase())
}

async function digestOf(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}

function bytesOf(hex: string): Bytes {
  return Uint8Array.from({ length: hex.length / 2 }, (_, at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16))
}
