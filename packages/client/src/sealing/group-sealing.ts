import { ChatError } from '../chat-error.ts'
import type { Clock } from '../clock.ts'
import type { SealedGroups } from '../features.ts'
import type { History, KeptMessage } from '../history.ts'
import type { SayOptions } from '../stamp.ts'
import type { Conversations } from './conversations.ts'
import { GroupKeys, type GroupOpened } from './group-keys.ts'
import { isAuthenticating } from './opening.ts'
import { carriedKey } from './key-carrier.ts'
import type { Reader } from './parley-2.ts'
import type { TrustStore } from './trust.ts'

/** Messages of a page in which the key of a session is looked for, and how many pages at most. */
const pageSize = 200
const mostPages = 10
/** How long a message waits for the key of a member who was never seen to have one. */
const keyMs = 3_000
/** What is pinned for a group in which somebody has sealed. No user has such a name. */
const sealedMark = 'sealed'

export interface GroupSealingParts {
  readonly keys: GroupKeys
  readonly conversations: Conversations
  readonly trust: TrustStore
  /** What is pinned is pinned under it. */
  readonly server: string
  readonly wire: SealedGroups
  readonly clock: Clock
  /** Where the keys of sessions are that began before this program came. */
  readonly history: History<KeptMessage> | undefined
}

/** A sealed message of a group as it came. */
export interface HeardInGroup {
  readonly group: string
  readonly from: string
  readonly message: string
  readonly seq: number | null
  readonly isPast: boolean
}

/** Sealed messages of one connection in groups. */
export class GroupSealing {
  readonly #parts: GroupSealingParts
  readonly #keyless = new Set<string>()

  constructor(parts: GroupSealingParts) {
    this.#parts = parts
  }

  /**
   * Sends sealed to all members. false: somebody has no key for it, and nothing was ever sealed in
   * that group, so that plain text tells nobody anything new. Rejects with `not-sealable`, which
   * names those who have none, where something was, or `mustSeal` says so; or as for one user.
   */
  async send(group: string, text: string, mustSeal: boolean, options?: SayOptions): Promise<boolean> {
    const { keys, wire } = this.#parts
    const [members = []] = await wire.memberLists(group)
    const { readers, keyless } = await this.#readers(members, true)
    if (keyless.length > 0) {
      if (!mustSeal && !(await this.isSealed(group))) return false
      throw notSealable(group, keyless)
    }
    const isSent = await keys.send(group, readers, text, (sealed) => wire.say(group, sealed, options))
    if (!isSent) throw notSealable(group, [])
    await this.#remember(group)
    return true
  }

  /** Whether anybody whose key is known has ever sealed in it. */
  async isSealed(group: string): Promise<boolean> {
    const { trust, server } = this.#parts
    return (await trust.pinned(server, `#${group}`)) !== null
  }

  /** What somebody wrote, or another device of this user. */
  async hear({ group, from, message, seq, isPast }: HeardInGroup): Promise<GroupOpened> {
    const { keys, wire } = this.#parts
    const sender = await this.#reader(from)
    if (!sender) return { ok: false, reason: `the key of ${from} is not known` }
    if (seq !== null && !keys.knows(group, sender, message)) await this.#findKey(group, sender, message, seq)
    const lists = await wire.memberLists(group).catch(noneFor)
    const readers = await Promise.all(lists.map((list) => this.#readers(list, false)))
    const whole = readers.flatMap(({ readers: all, keyless }) => (keyless.length === 0 ? [all] : []))
    const opened = await keys.open(group, sender, whole, message, isPast)
    if (opened.ok) await this.#remember(group)
    return opened
  }

  /** This user is out of it. */
  left(group: string): void {
    this.#parts.keys.leave(group)
  }

  /** Whoever comes back under that name makes a new start. */
  forget(user: string): void {
    this.#keyless.delete(user.toLowerCase())
  }

  /** Opens a message of the history. Nothing is judged of when it came. */
  async reopen(group: string, from: string, message: string, seq: number): Promise<string | null> {
    const { keys } = this.#parts
    const sender = await this.#reader(from)
    if (!sender) return null
    if (!keys.knows(group, sender, message)) await this.#findKey(group, sender, message, seq)
    return keys.reopen(group, sender, message)
  }

  /** The key of a session stands in front of its first message alone. */
  async #findKey(group: string, from: Reader, message: string, seq: number): Promise<void> {
    const { keys, history } = this.#parts
    if (!history) return
    for (let before = seq, pages = 0; pages < mostPages; pages++) {
      const { messages, more } = await history.page(`#${group}`, { before }, pageSize).catch(nothingFor)
      for (const { body, from: other } of messages.toReversed()) {
        if (body.kind !== 'sealed' || other.toLowerCase() !== from.name.toLowerCase()) continue
        await keys.learn(group, from, body.message)
        if (keys.knows(group, from, message)) return
      }
      before = messages[0]?.stamp.seq ?? 0
      if (!more.before || messages.length === 0) return
    }
  }

  async #remember(group: string): Promise<void> {
    const { trust, server } = this.#parts
    if (!(await this.isSealed(group))) await trust.pin(server, `#${group}`, sealedMark)
  }

  /** The keys of members, and who has none that anything can be sealed for. */
  async #readers(
    members: readonly string[],
    toSend: boolean,
  ): Promise<{ readonly readers: readonly Reader[]; readonly keyless: readonly string[] }> {
    const all = await Promise.all(members.map((member) => this.#reader(member, toSend)))
    const keyless = members.filter((_, at) => !all[at])
    return { readers: all.filter((reader) => reader !== null), keyless }
  }

  /**
   * null: there is none of `parley-2`. `toSend`: the key that is known must be the one of now. Rejects
   * where another one came than was known.
   */
  async #reader(user: string, toSend = false): Promise<Reader | null> {
    const { conversations } = this.#parts
    const { writer } = conversations
    if (writer && writer.name.toLowerCase() === user.toLowerCase()) {
      return { name: writer.name, publicKey: writer.keys.publicKey }
    }
    const pinned = await conversations.pinned(user)
    const known = pinned !== null && isAuthenticating(pinned) ? carriedKey(pinned) : null
    if (known && !toSend) return { name: user, publicKey: known }
    if (!known && this.#keyless.has(user.toLowerCase())) return null
    return known ? conversations.reader(user).catch(noKeyFor) : this.#soon(user)
  }

  /** null: no key came in time, or there is none. Nobody is asked twice who had none. */
  async #soon(user: string): Promise<Reader | null> {
    const { conversations, clock } = this.#parts
    const late = Promise.withResolvers<null>()
    const cancel = clock.after(keyMs, () => late.resolve(null))
    const asked = conversations.reader(user).catch(noKeyFor)
    const reader = await Promise.race([asked, late.promise]).finally(cancel)
    // Whatever comes later is nothing to wait for any more.
    asked.catch(() => {})
    if (!reader) this.#keyless.add(user.toLowerCase())
    return reader
  }
}

function notSealable(group: string, keyless: readonly string[]): ChatError {
  const who =
    keyless.length > 1 ? `${keyless.slice(0, -1).join(', ')} and ${keyless.at(-1)}` : (keyless[0] ?? 'a member')
  const has = keyless.length > 1 ? 'have' : 'has'
  return new ChatError('not-sealable', `${who} ${has} no key for what is sealed in ${group}; nothing was sent`)
}

function noKeyFor(error: unknown): null {
  if (error instanceof ChatError && (error.code === 'not-sealable' || error.code === 'no-such-user')) return null
  throw error
}

function noneFor(error: unknown): readonly (readonly string[])[] {
  if (error instanceof ChatError) return []
  throw error
}

function nothingFor(error: unknown): Awaited<ReturnType<History<KeptMessage>['page']>> {
  if (error instanceof ChatError) return { messages: [], more: { before: false, after: false } }
  throw error
}
