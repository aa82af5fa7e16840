import type { SealAlarm, Suspicion } from '../features.ts'
import { Queue } from '../kit/queue.ts'
import { isSame } from './binding.ts'
import type { Bytes } from './hpke.ts'
import {
  groupBlob,
  isMeant,
  membersDigest,
  newGroupSession,
  openGroupMessage,
  openGroupSession,
  sealGroupMessage,
  type GroupBlob,
  type GroupSession,
  type OwnGroupSession,
} from './group-message.ts'
import { refusalOf, suspicionOf } from './opening.ts'
import type { Reader, Tail, Writer } from './parley-2.ts'
import { messagesPerSession, sessionMs } from './peer-sessions.ts'
import type { SessionMemory } from './session-memory.ts'

/** Sessions of one sender in one group that are kept. */
const mostSessions = 64
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
  readonly #sending = new Queue()
  readonly #own = new Map<string, Own>()
  readonly #tails = new Map<string, Tail>()
  readonly #theirs = new Map<string, Theirs>()

  constructor(me: Writer, memory: SessionMemory, now: () => number) {
    this.#me = me
    this.#memory = memory
    this.#now = now
  }

  /**
   * `members`: all of them, oneself included. Resolves as `transmit` does, with those whom it did not
   * reach; where that rejects, the next message begins a new session. null: nothing can be sealed for
   * the key of one of them.
   */
  send(
    group: string,
    members: readonly Reader[],
    text: string,
    transmit: (sealed: string) => Promise<readonly string[]>,
  ): Promise<readonly string[] | null> {
    // One message after the other, or two of them would have one number.
    return this.#sending.run(() => this.#send(group, members, text, transmit))
  }

  async #send(
    group: string,
    members: readonly Reader[],
    text: string,
    transmit: (sealed: string) => Promise<readonly string[]>,
  ): Promise<readonly string[] | null> {
    const name = group.toLowerCase()
    const own = (await this.#usable(name, members)) ?? (await this.#begin(name, members))
    if (!own) return null
    const sealed = await sealGroupMessage(own.session, group, own.count, text, own.count === 0)
    const unreached = await transmit(sealed).catch((error: unknown) => {
      this.renew(group)
      throw error
    })
    own.count++
    this.#tails.set(name, { id: own.session.id, count: own.count })
    return unreached
  }

  /** The next message begins a new session: a member has missed the key of this one. */
  renew(group: string): void {
    this.#own.delete(group.toLowerCase())
  }

  /** This user is out of it: what is said there meanwhile is not missing later. */
  leave(group: string): void {
    this.renew(group)
    this.#memory.leave(group)
  }

  /** Takes the key of a session out of its first message. */
  async learn(group: string, from: Reader, sealed: string): Promise<void> {
    const blob = groupBlob(sealed)
    if (blob) await this.#learn(group, from, blob)
  }

  /** Whether the key of its session came, or comes with it. True of what is no message of a group. */
  knows(group: string, from: Reader, sealed: string): boolean {
    const blob = groupBlob(sealed)
    return !blob || blob.parts.length > 0 || this.#sender(group, from).sessions.has(blob.id)
  }

  /** Opens a message of the history, whose order is not judged. */
  async reopen(group: string, from: Reader, sealed: string): Promise<string | null> {
    const blob = groupBlob(sealed)
    const session = blob && (await this.#learn(group, from, blob))
    return session ? openGroupMessage(session, group, blob) : null
  }

  /**
   * What `from` wrote, or another device of this user. `lists`: the members as this user knows them
   * and has lately known them, as its sender may not have heard of the last change.
   */
  async open(
    group: string,
    from: Reader,
    lists: readonly (readonly Reader[])[],
    sealed: string,
    isPast = false,
  ): Promise<GroupOpened> {
    const blob = groupBlob(sealed)
    if (!blob) return { ok: false, reason: 'it is no sealed message of a group' }
    const session = await this.#learn(group, from, blob)
    if (!session) {
      if (blob.parts.length === 0) return noKeyOf(from)
      return isMeant(blob.parts, this.#me) ? notOf(from) : notForMe(from)
    }
    const text = await openGroupMessage(session, group, blob)
    if (text === null) return notOf(from)
    const verdict = await this.#memory.judge(
      { session, sender: from.publicKey, counter: blob.counter, group, isPast },
      this.#now(),
    )
    const refusal = refusalOf(verdict, from.name)
    if (refusal) return { ok: false, ...refusal }
    const digests = await Promise.all(lists.map((members) => membersDigest(members)))
    const isForTheseMembers = isPast || digests.includes(session.members)
    const suspicion = suspicionOf(verdict, from.name)
    return { ok: true, text, isForTheseMembers, ...(suspicion && { suspicion }) }
  }

  async #learn(group: string, from: Reader, { id, parts }: GroupBlob): Promise<GroupSession | null> {
    const { sessions } = this.#sender(group, from)
    const known = sessions.get(id)
    if (known || parts.length === 0) return known ?? null
    const session = await openGroupSession(group, from, this.#me, parts)
    if (session?.id !== id) return null
    sessions.set(id, session)
    const [oldest = ''] = sessions.keys()
    if (sessions.size > mostSessions) sessions.delete(oldest)
    return session
  }

  async #usable(name: string, members: readonly Reader[]): Promise<Own | null> {
    const own = this.#own.get(name)
    if (!own || own.session.members !== (await membersDigest(members))) return null
    const isWorn = own.count >= messagesPerSession || this.#now() - own.session.madeAt >= sessionMs
    return isWorn ? null : own
  }

  async #begin(name: string, members: readonly Reader[]): Promise<Own | null> {
    const at = { madeAt: this.#now(), previous: this.#tails.get(name) ?? null, program: this.#memory.program }
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

function notForMe({ name }: Reader): GroupOpened {
  return { ok: false, reason: `${name} wrote it before knowing that this user is a member` }
}

function noKeyOf({ name }: Reader): GroupOpened {
  return { ok: false, reason: `the key under which ${name} writes did not come` }
}
