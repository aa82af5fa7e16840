import type { SealAlarm, Suspicion } from '../features.ts'
import { isSame } from './binding.ts'
import type { Bytes } from './hpke.ts'
import {
  groupBlob,
  membersDigest,
  newGroupSession,
  openGroupMessage,
  openGroupSession,
  sealGroupMessage,
  type GroupSession,
  type OwnGroupSession,
} from './group-message.ts'
import { refusalOf, suspicionOf } from './opening.ts'
import type { Reader, Tail, Writer } from './parley-2.ts'
import { messagesPerSession, sessionMs } from './peer-sessions.ts'
import type { SessionMemory } from './session-memory.ts'

/** Sessions of one sender in one group that are kept. */
const mostSessions = 16
/** Senders of all groups. */
const mostSenders = 10_000

interface Own {
  readonly session: OwnGroupSession
  count: number
}

interface Theirs {
  readonly sender: Bytes
  readonly sessions: Map<string, GroupSession>
}

export type GroupOpened =
  | {
      readonly ok: true
      readonly text: string
      /** False: it is sealed for other members, or other keys of them, than this user knows. */
      readonly isForTheseMembers: boolean
      readonly suspicion?: Suspicion
    }
  | { readonly ok: false; readonly reason: string; readonly alarm?: SealAlarm }

/**
 * Sealed messages in groups, all members of which have keys of `parley-2`. Each member seals with a key
 * of its own, which goes to the others in front of the first message under it. It makes another one
 * when the members or their keys have changed, and when it is worn.
 */
export class GroupKeys {
  readonly #me: Writer
  readonly #memory: SessionMemory
  readonly #now: () => number
  readonly #own = new Map<string, Own>()
  readonly #tails = new Map<string, Tail>()
  readonly #theirs = new Map<string, Theirs>()

  constructor(me: Writer, memory: SessionMemory, now: () => number) {
    this.#me = me
    this.#memory = memory
    this.#now = now
  }

  /**
   * `members`: all of them, oneself included. Resolves when `transmit` has; where that rejects, the
   * next message begins a new session. false: nothing can be sealed for the key of one of them.
   */
  async send(
    group: string,
    members: readonly Reader[],
    text: string,
    transmit: (sealed: string) => Promise<void>,
  ): Promise<boolean> {
    const name = group.toLowerCase()
    const own = (await this.#usable(name, members)) ?? (await this.#begin(name, members))
    if (!own) return false
    const sealed = await sealGroupMessage(own.session, group, own.count, text, own.count === 0)
    try {
      await transmit(sealed)
    } catch (error) {
      this.renew(group)
      throw error
    }
    own.count++
    this.#tails.set(name, { id: own.session.id, count: own.count })
    return true
  }

  /** The next message begins a new session: a member has missed the key of this one. */
  renew(group: string): void {
    this.#own.delete(group.toLowerCase())
  }

  /** What `from` wrote, or another device of this user. `members` as this user knows them. */
  async open(group: string, from: Reader, members: readonly Reader[], sealed: string): Promise<GroupOpened> {
    const blob = groupBlob(sealed)
    if (!blob) return { ok: false, reason: 'it is no sealed message of a group' }
    const { sessions } = this.#sender(group, from)
    if (blob.parts.length > 0 && !sessions.has(blob.id)) {
      const session = await openGroupSession(group, from, this.#me, blob.parts)
      if (session) sessions.set(session.id, session)
      const [oldest = ''] = sessions.keys()
      if (sessions.size > mostSessions) sessions.delete(oldest)
    }
    const session = sessions.get(blob.id)
    if (!session) return blob.parts.length > 0 ? notOf(from) : noKeyOf(from)
    const text = await openGroupMessage(session, group, blob)
    if (text === null) return notOf(from)
    const verdict = await this.#memory.judge(session, from.publicKey, blob.counter, this.#now())
    const refusal = refusalOf(verdict, from.name)
    if (refusal) return { ok: false, ...refusal }
    const isForTheseMembers = session.members === (await membersDigest(members))
    const suspicion = suspicionOf(verdict, from.name)
    return { ok: true, text, isForTheseMembers, ...(suspicion && { suspicion }) }
  }

  async #usable(name: string, members: readonly Reader[]): Promise<Own | null> {
    const own = this.#own.get(name)
    if (!own || own.session.members !== (await membersDigest(members))) return null
    const isWorn = own.count >= messagesPerSession || this.#now() - own.session.madeAt >= sessionMs
    return isWorn ? null : own
  }

  async #begin(name: string, members: readonly Reader[]): Promise<Own | null> {
    const at = { madeAt: this.#now(), previous: this.#tails.get(name) ?? null }
    const session = await newGroupSession(name, this.#me, members, at)
    if (!session) return null
    const own = { session, count: 0 }
    this.#own.set(name, own)
    return own
  }

  #sender(group: string, { name, publicKey }: Reader): Theirs {
    const key = `${group.toLowerCase()} ${name.toLowerCase()}`
    const known = this.#theirs.get(key)
    if (known && isSame(known.sender, publicKey)) return known
    const theirs = { sender: publicKey, sessions: new Map<string, GroupSession>() }
    this.#theirs.set(key, theirs)
    const [oldest = ''] = this.#theirs.keys()
    if (this.#theirs.size > mostSenders) this.#theirs.delete(oldest)
    return theirs
  }
}

function notOf({ name }: Reader): GroupOpened {
  return { ok: false, reason: `it is not sealed by ${name} for this user`, alarm: 'forged' }
}

function noKeyOf({ name }: Reader): GroupOpened {
  return { ok: false, reason: `the key under which ${name} writes did not come` }
}
