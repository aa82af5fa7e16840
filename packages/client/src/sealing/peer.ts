import { Queue } from '../kit/queue.ts'
import { PeerSessions } from './peer-sessions.ts'
import type { Profile } from './profile.ts'
import { SessionKeys } from './session-keys.ts'

/** What is known of the other side of one conversation. */
export interface Peer {
  /** Of `parley-1` and the interop profiles. */
  readonly keys: SessionKeys
  /** Of `parley-2`. */
  readonly sessions: PeerSessions
  /** The key, in hexadecimal, that their sessions were sealed with before a public key of theirs was known. */
  claimed: string | null
  publicKey: string | null
  /** That key is the one that was seen first, or was accepted. */
  isChecked: boolean
  /** Something of theirs was received before their key was known: they are asked for it. */
  isIntroduced: boolean
  /** Whose safety number was shown last. */
  shown: string | null
  /** They were asked for their key, which ended their session: their next question begins a new one, and is no sign of somebody else. */
  expectsQuestion: boolean
  /** The profile of what opened last from whoever has the name now. */
  heard: Profile | null
  /** They were asked to begin a new session, and nothing of it has come yet. */
  isRenewing: boolean
  /** Messages that they deleted before they came: so many are missing for that reason. */
  deleted: number
  /** What is being sent: one message after the other, or two of them would begin two sessions. */
  readonly sending: Queue
}

export function newPeer(now: () => number): Peer {
  return {
    keys: new SessionKeys(),
    sessions: new PeerSessions(now),
    claimed: null,
    publicKey: null,
    isChecked: false,
    isIntroduced: false,
    expectsQuestion: false,
    shown: null,
    heard: null,
    isRenewing: false,
    deleted: 0,
    sending: new Queue(),
  }
}
