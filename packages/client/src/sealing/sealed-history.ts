import type { Seal } from '../features.ts'
import { sealingKeys } from './identity.ts'
import { carriedKey } from './key-carrier.ts'
import { parley1 } from './parley-1.ts'
import { claimedSender, messageHead, openMessage, openOwnSession, openSession } from './parley-2.ts'
import type { Identity } from './profile.ts'
import type { ReceivedMessage } from './session-memory.ts'

/** A sealed message out of a history, with the session key that stood beside it. */
export interface SealedHistoryMessage {
  readonly from: string
  readonly to: string
  readonly message: string
  readonly token: string
}

export interface OpenedStored {
  readonly text: string
  readonly seal: Seal
  /** Its place among the messages of its sender; absent where the profile numbers none. */
  readonly place?: ReceivedMessage
}

/**
 * Opens what this user wrote or was written, on any device that has the identity. `peerKey`: the public
 * key that is known of the other one, null where none is: then nothing is proved. Nothing is said of
 * what is missing or came twice. null: it cannot be opened; what one wrote oneself by `parley-1` never
 * can.
 */
export async function openStored(
  { from, to, message, token }: SealedHistoryMessage,
  me: string,
  identity: Identity,
  peerKey: string | null,
): Promise<OpenedStored | null> {
  const keys = sealingKeys(identity)
  const claimed = claimedSender(token)
  if (!keys || !claimed) return openOld({ from, to, message, token }, identity)
  const isMine = from.toLowerCase() === me.toLowerCase()
  const known = peerKey === null ? null : carriedKey(peerKey)
  const writer = { name: me, keys }
  if (peerKey !== null && !known) return null
  const session = isMine
    ? known && (await openOwnSession(token, writer, { name: to, publicKey: known }))
    : await openSession(token, { name: from, publicKey: known ?? claimed }, writer)
  const text = session && (await openMessage(session, message))
  if (!session || text === null) return null
  const place = { session, sender: isMine ? keys.publicKey : claimed, counter: messageHead(message)?.counter ?? 0 }
  return { text, seal: { profile: 'parley-2', isProved: known !== null }, place }
}

async function openOld(
  { from, to, message, token }: SealedHistoryMessage,
  identity: Identity,
): Promise<OpenedStored | null> {
  const raw = await parley1.unwrap(token, identity)
  const text = raw && (await parley1.open(raw, message, [from, to]))
  return text === null ? null : { text, seal: { profile: 'parley-1', isProved: false } }
}
