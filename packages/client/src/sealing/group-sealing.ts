import { ChatError } from '../chat-error.ts'
import type { SealedGroups } from '../features.ts'
import type { History, KeptMessage } from '../history.ts'
import type { SayOptions } from '../stamp.ts'
import { Unreached } from '../unreached.ts'
import type { GroupKeys, GroupOpened } from './group-keys.ts'
import type { GroupProtection } from './group-protection.ts'
import { GroupReaders, type GroupReadersParts, type MemberKeys } from './group-readers.ts'
import { SessionSearch } from './session-search.ts'
import type { TrustStore } from './trust.ts'

/** Parts for so many members leave room for a text in a frame. */
const mostMembers = 300
/** What is pinned for a group in which somebody has sealed. No user has such a name. */
const sealedMark = 'sealed'

export interface GroupSealingParts extends GroupReadersParts {
  readonly keys: GroupKeys
  readonly trust: TrustStore
  /** What is pinned is pinned under it. */
  readonly server: string
  readonly wire: SealedGroups
  readonly protection: GroupProtection
  /** Where the keys of sessions are that began before this program came. */
  readonly history: Pick<History<KeptMessage>, 'page'> | undefined
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
  readonly #readers: GroupReaders
  readonly #search: SessionSearch | null

  constructor(parts: GroupSealingParts) {
    this.#parts = parts
    this.#readers = new GroupReaders(parts)
    const { history, keys, now } = parts
    this.#search = history ? new SessionSearch(history, keys, now) : null
  }

  /**
   * Sends sealed to all members. false: somebody cannot read that, was never seen to, and nothing was
   * ever sealed in that group, so that plain text tells nobody anything new. Rejects with
   * `not-sealable`, which names those who have no key, otherwise or where `mustSeal` says so; or as
   * for one user.
   */
  async send(group: string, text: string, mustSeal: boolean, options?: SayOptions): Promise<boolean> {
    const { keys, wire, protection } = this.#parts
    const members = await this.#members(group)
    const isTooLarge = members.length > mostMembers
    const { readers, keyless, withheld } = isTooLarge ? nobody : await this.#readers.toSeal(members)
    const mayBePlain = !mustSeal && withheld.length === 0 && !(await this.isSealed(group))
    if ((isTooLarge || keyless.length > 0) && mayBePlain) {
      protection.tell(group, false, keyless)
      return false
    }
    if (isTooLarge) {
      throw new ChatError('not-sealable', `${group} has more than ${mostMembers} members, and cannot be sealed for`)
    }
    if (keyless.length + withheld.length > 0) throw notSealable(group, [...keyless, ...withheld])
    try {
      const say = (sealed: string) => wire.say(group, sealed, mayBePlain, options)
      const unreached = await keys.send(group, readers, text, say)
      if (!unreached) throw notSealable(group, [])
      await this.#remember(group)
      protection.tell(group, true, unreached)
      return true
    } catch (error) {
      if (!mayBePlain || !(error instanceof Unreached)) throw error
      protection.tell(group, false, error.users)
      return false
    }
  }

  /** Whether anybody whose key is known has ever sealed in it. */
  async isSealed(group: string): Promise<boolean> {
    const { trust, server } = this.#parts
    return (await trust.pinned(server, `#${group}`)) !== null
  }

  /** What somebody wrote, or another device of this user. */
  async hear({ group, from, message, seq, isPast }: HeardInGroup): Promise<GroupOpened> {
    const { keys, wire } = this.#parts
    const sender = await this.#readers.of(from)
    if (!sender) return { ok: false, reason: `the key of ${from} is not known` }
    if (seq !== null && !keys.knows(group, sender, message)) await this.#search?.find(group, sender, message, seq)
    // Who was a member then is not known.
    const lists = isPast ? [] : await wire.memberLists(group).catch(noneFor)
    // Nothing is sealed for more than those.
    const possible = lists.filter(({ length }) => length <= mostMembers)
    const readers = await Promise.all(possible.map((list) => this.#readers.ofList(list)))
    const whole = readers.filter((all) => all !== null)
    const opened = await keys.open(group, sender, whole, message, isPast)
    if (opened.ok) await this.#remember(group)
    return opened
  }

  /** This user is out of it. */
  left(group: string): void {
    this.#parts.keys.leave(group)
  }

  /** They came or went, or gave a key. */
  forget(user: string): void {
    this.#readers.forget(user)
  }

  /** Opens a message of the history. Nothing is judged of when it came. */
  async reopen(group: string, from: string, message: string, seq: number): Promise<string | null> {
    const { keys } = this.#parts
    const sender = await this.#readers.of(from)
    if (!sender) return null
    if (!keys.knows(group, sender, message)) await this.#search?.find(group, sender, message, seq)
    return keys.reopen(group, sender, message)
  }

  async #members(group: string): Promise<readonly string[]> {
    const { wire, conversations } = this.#parts
    const [members = []] = await wire.memberLists(group)
    const me = conversations.writer?.name.toLowerCase()
    if (members.some((member) => member.toLowerCase() === me)) return members
    throw new ChatError('refused', `you are not a member of ${group}`)
  }

  async #remember(group: string): Promise<void> {
    const { trust, server } = this.#parts
    if (!(await this.isSealed(group))) await trust.pin(server, `#${group}`, sealedMark)
  }
}

const nobody: MemberKeys = { readers: [], keyless: [], withheld: [] }

function notSealable(group: string, keyless: readonly string[]): ChatError {
  const who =
    keyless.length > 1 ? `${keyless.slice(0, -1).join(', ')} and ${keyless.at(-1)}` : (keyless[0] ?? 'a member')
  const has = keyless.length > 1 ? 'have' : 'has'
  return new ChatError('not-sealable', `${who} ${has} no key for what is sealed in ${group}; nothing was sent`)
}

function noneFor(error: unknown): readonly (readonly string[])[] {
  if (error instanceof ChatError) return []
  throw error
}
