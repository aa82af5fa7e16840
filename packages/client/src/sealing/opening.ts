import type { Suspicion } from '../features.ts'
import { hexOf } from './binding.ts'
import { carriedKey } from './key-carrier.ts'
import type { Opened } from './opened.ts'
import { parley1 } from './parley-1.ts'
import { claimedSender, type Writer } from './parley-2.ts'
import type { Peer } from './peer.ts'
import type { Identity, InteropProfiles, Pair } from './profile.ts'
import type { SessionKey } from './session-keys.ts'
import type { SessionMemory, Verdict } from './session-memory.ts'

export interface Sealed {
  readonly from: string
  readonly message: string
  /** The session key that came with it, or last before it. */
  readonly token: string | null
  /** The public key that is known of its sender. */
  readonly pinned: string | null
}

/**
 * Opens a message of `parley-2`. null: neither it nor its session key is one. `me` is whose it has to
 * be for.
 */
export async function openProved(
  { from, message, token, pinned }: Sealed,
  peer: Pick<Peer, 'sessions' | 'claimed' | 'deleted'>,
  { me, memory, now }: { readonly me: Writer; readonly memory: SessionMemory; readonly now: number },
): Promise<Opened | null> {
  const { sessions } = peer
  const expected = pinned === null ? peer.claimed : (hexOrNull(carriedKey(pinned)) ?? 'none')
  const claimed = token === null || sessions.knows(token) ? null : claimedSender(token)
  let isForged = claimed !== null && expected !== null && hexOf(claimed) !== expected
  if (token !== null && claimed && !isForged) {
    isForged = !(await sessions.learn(token, { name: from, publicKey: claimed }, me))
  }
  const opened = await sessions.open(message)
  if (!opened) {
    return isForged ? forged(from) : null
  }
  const { text, counter, session, sender } = opened
  if (text === null || (expected !== null && hexOf(sender) !== expected)) return forged(from)
  const verdict = await memory.judge({ session, sender, counter }, now)
  const refusal = refusalOf(verdict, from)
  if (refusal) return { ok: false, ...refusal }
  if (pinned === null) peer.claimed = hexOf(sender)
  const isProved = pinned !== null
  const suspicion = suspicionOf(withoutDeleted(verdict, peer), from)
  const seal = { profile: 'parley-2', isProved } as const
  return { ok: true, text, secrecy: 'sealed', isChecked: isProved, seal, ...(suspicion && { suspicion }) }
}

/** Opens a message of another profile, by any key that is known: the tag or the padding decides. */
export async function openByAnyKey(
  peer: Peer,
  message: string,
  pair: Pair,
): Promise<{ readonly text: string; readonly key: SessionKey } | null> {
  for (const key of peer.keys.newestFirst()) {
    const text = await key.profile.open(key.raw, message, pair)
    if (text !== null) return { text, key }
  }
  return null
}

/**
 * A session key came. One's own is known by its text. What it unwraps to tells the profile: 16 bytes
 * in base64 are of `ident`, any text of `helo`, 16 raw bytes of `json`. It may be more than one
 * of them. The one that opens the message is meant.
 */
export async function learnKey(
  peer: Peer,
  wrapped: string,
  identity: Identity,
  interop: InteropProfiles | undefined,
): Promise<void> {
  if (peer.keys.withText(wrapped) || peer.sessions.knows(wrapped)) return
  const readings: SessionKey[] = []
  for (const profile of [parley1, ...(interop ? [interop.ident, interop.helo, interop.json] : [])]) {
    const raw = await profile.unwrap(wrapped, identity)
    if (raw) readings.push({ profile, raw, wrapped, made: false })
    // Only here the padding proves that it is right.
    if (raw && profile === parley1) break
  }
  for (const key of readings.toReversed()) {
    peer.keys.add(key)
    peer.keys.share(key)
  }
}

export function forged(from: string): Opened {
  const reason = `it is not sealed with the key of ${from}: the server or somebody else made it`
  return { ok: false, reason, alarm: 'forged' }
}

export function downgraded(from: string): Opened {
  const reason = `it does not prove who wrote it, though the program of ${from} does: the server or somebody else made it`
  return { ok: false, reason, alarm: 'downgraded' }
}

/** Whether somebody's key shows that their program seals by `parley-2`. */
export function isAuthenticating(publicKey: string | null): boolean {
  return publicKey !== null && carriedKey(publicKey) !== null
}

/** Whether sessions that were sealed with `claimed`, in hexadecimal, are of the holder of this key. */
export function isKeyOf(publicKey: string, claimed: string | null): boolean {
  return claimed === null || hexOrNull(carriedKey(publicKey)) === claimed
}

function hexOrNull(bytes: Uint8Array | null): string | null {
  return bytes && hexOf(bytes)
}

/** Why a message is not to be shown that is right but for when it came; null: it is to be. */
export function refusalOf(verdict: Verdict, from: string): Suspicion | null {
  switch (verdict.is) {
    case 'replayed':
      return { reason: 'it came before, and was sent once more by the server', alarm: 'replayed' }
    case 'stale':
      return { reason: 'it was written more than a week ago, or came before', alarm: 'replayed' }
    case 'withdrawn':
      return { reason: `the server had told ${from} that it did not take it`, alarm: 'withdrawn' }
    case 'next':
    case 'late':
      return null
  }
}

/** What somebody deleted before it came is not missing. */
export function withoutDeleted(verdict: Verdict, peer: Pick<Peer, 'deleted'>): Verdict {
  if (verdict.is !== 'next') return verdict
  const explained = Math.min(verdict.missing, peer.deleted)
  peer.deleted -= explained
  return { is: 'next', missing: verdict.missing - explained }
}

/** What to tell beside a message that is shown. */
export function suspicionOf(verdict: Verdict, from: string): Suspicion | null {
  if (verdict.is === 'late') return { alarm: 'late', reason: `${from} wrote this before others that are above it` }
  if (verdict.is !== 'next' || verdict.missing === 0) return null
  const messages = verdict.missing === 1 ? '1 message' : `${verdict.missing} messages`
  return { alarm: 'missing', reason: `${messages} that ${from} wrote before this did not come` }
}
